//! English words that carry meaning by themselves, as tables.

use crate::language::{MeaningWords, PartOfDay};

const MORNING: &str = "in the morning";
const AFTERNOON: &str = "in the afternoon";
const EVENING: &str = "in the evening";
const NIGHT: &str = "at night";

const fn part(said: &'static str, behind_time: &'static str, days: Option<i8>) -> PartOfDay {
    PartOfDay {
        said,
        behind_time,
        days,
    }
}

#[rustfmt::skip]
pub(super) static WORDS: MeaningWords = MeaningWords {
    exception: &[
        "except", "except for", "but not", "but for", "but the", "but leave", "all but",
        "everything but", "everywhere but", "apart from", "aside from", "other than",
        "excluding", "not counting", "save for", "minus the", "without the", "besides",
    ],
    condition: &[
        "if", "when", "whenever", "unless", "once", "as soon as", "in case", "provided",
        "providing", "assuming", "as long as", "so long as", "while", "whilst", "only if",
        "before i", "before we", "before you", "after i", "after we", "by the time",
        "until i", "until we", "until it", "until he", "until she", "until they", "until the",
                "at sunset", "at sunrise", "at dusk", "at dawn", "before sunset", "after sunset",
        "until sunset", "until sunrise", "before sunrise", "after sunrise", "after dark",
        "before dark", "at nightfall",
    ],
    no_condition: &[
        "if you please", "if you can", "if you could", "if you would", "if you do not mind",
        "if you will", "if possible", "if that is possible", "if that is okay",
        "if it is not too much trouble", "if it is no trouble", "if you like", "wonder if",
        "wondering if", "know if", "see if", "check if", "tell me if", "me know if", "ask if",
        "at once", "while you are at it", "while you are there", "when you can",
        "when you get a chance", "when you have a moment", "when you have time", "know when",
        "know once", "me when", "once more", "once again",
    ],
    quantity: &[
        "all", "every", "everything", "everywhere", "each", "both", "entire", "whole",
        "all of", "either", "neither", "none of", "half of", "most", "most of", "some of",
    ],
    loose_time: &[
        "for a while", "for a bit", "for a moment", "for a little while", "for a little",
        "for some time", "for the moment", "for the time being",
    ],
    vague_time: &[
        "later", "soon", "later on", "in a bit", "in a while", "in a moment", "in a minute or so",
        "shortly", "before long", "some time", "sometime", "one day", "next time", "next week",
        "next month", "next year", "yesterday", "last night", "last week", "last month",
        "last year", "ago",
        "after lunch", "after dinner", "after breakfast", "before bed", "before dinner",
        "at bedtime", "at christmas", "on christmas", "at easter", "at lunch", "at lunchtime",
        "at dinner", "at dinnertime", "bank holiday", "bank holidays", "christmas",
        "thanksgiving", "easter", "weekend", "this week", "at weekends",
    ],
    recurrence: &[
        "every", "each", "daily", "nightly", "weekly", "monthly", "yearly", "hourly",
        "every day", "each day", "every morning", "each morning", "every evening",
        "every night", "each night", "every week", "every hour", "every weekday", "weekdays",
        "on weekdays", "on weekends", "weekends", "mondays", "tuesdays", "wednesdays",
        "thursdays", "fridays", "saturdays", "sundays", "always", "from now on",
    ],
    change_before: &["by", "up by", "down by", "another"],
    change_after: &[
        "brighter", "darker", "dimmer", "warmer", "cooler", "colder", "hotter", "louder",
        "quieter", "softer", "higher", "lower", "more", "less", "faster", "slower", "further",
        "longer", "shorter",
    ],
    upward: &[
        "up", "brighter", "warmer", "hotter", "louder", "higher", "more", "faster", "longer",
        "further", "increase", "raise", "lift", "brighten", "boost", "another", "add", "extend",
    ],
    downward: &[
        "down", "darker", "dimmer", "cooler", "colder", "quieter", "softer", "lower", "less",
        "slower", "shorter", "decrease", "reduce", "dim", "drop", "cut", "lessen",
    ],
    set_to: "to",
    units: &["percent", "degrees", "degree", "points", "steps", "step", "notches", "notch"],
    delay_before: &["in", "after", "within", "in about", "in around", "in another"],
    delay_after: &["from now", "later", "time"],
    at: &["at", "at about", "at around", "around", "starting at", "beginning at"],
    until: &["until", "up to", "up until"],
    span_before: &[
        "for", "for the next", "for another", "for about", "for around", "for at least",
        "for just", "over the next", "during the next", "for only", "for a full",
    ],
    part_of_day: &[
        part("this morning", MORNING, Some(0)),
        part("this afternoon", AFTERNOON, Some(0)),
        part("this evening", EVENING, Some(0)),
        part("tonight", NIGHT, Some(0)),
        part("later today", EVENING, Some(0)),
        part("tomorrow morning", MORNING, Some(1)),
        part("tomorrow in the morning", MORNING, Some(1)),
        part("tomorrow afternoon", AFTERNOON, Some(1)),
        part("tomorrow evening", EVENING, Some(1)),
        part("tomorrow night", NIGHT, Some(1)),
        part("in the morning", MORNING, None),
        part("in the afternoon", AFTERNOON, None),
        part("in the evening", EVENING, None),
        part("at night", NIGHT, None),
        part("during the night", NIGHT, None),
        part("overnight", NIGHT, None),
    ],
    time_marks: &[
        "am", "pm", "a m", "p m", "oclock", "noon", "midnight", "midday", "past", "to",
        "quarter", "half", "morning", "afternoon", "evening", "night", "tonight", "thirty",
        "fifteen", "forty five", "zero", "oh", "hundred hours",
    ],
    correction: &[
        "no", "i mean", "i meant", "sorry", "rather", "make that", "make it", "no wait", "wait",
        "actually", "no sorry", "or rather", "correction", "scratch that", "not that",
        "no make that", "no make it", "no i mean", "no i meant", "sorry i mean", "wait no",
    ],
    request: &[
        "can you", "could you", "would you", "will you", "please", "can we", "could we",
        "so turn", "so switch", "so put", "so set", "so make", "so open", "so close", "so shut",
        "turn it", "switch it", "put it", "set it", "make it", "close it", "open it", "shut it",
        "lock it", "turn them", "switch them", "close them", "open them", "i want you to",
        "i would like you to", "i need you to",
    ],
    places: &[
        "garage", "attic", "loft", "basement", "cellar", "upstairs", "downstairs", "outside",
        "outdoors", "garden", "yard", "backyard", "front yard", "porch", "balcony", "terrace",
        "patio", "deck", "driveway", "guest room", "guest bedroom", "spare room",
        "spare bedroom", "nursery", "playroom", "shed", "hallway", "landing", "corridor",
        "stairs", "staircase", "stairway", "pantry", "larder", "laundry", "laundry room",
        "utility room", "conservatory", "greenhouse", "barn", "study", "library", "den",
        "dining room", "living room", "sitting room", "lounge", "kitchen", "bedroom",
        "bathroom", "toilet", "restroom", "ensuite", "shower", "hall", "entrance", "entryway",
        "lobby", "foyer", "office", "workshop", "studio", "gym", "sauna", "pool", "closet",
        "wardrobe", "kids room", "childrens room", "master bedroom", "meeting room",
        "conference room", "first floor", "second floor", "ground floor", "third floor",
        "top floor", "next door", "reception", "canteen", "cafeteria", "auditorium",
        "storeroom", "storage room", "boiler room", "drive", "gate", "roof", "courtyard",
        "veranda", "summerhouse", "carport", "stable", "chapel", "ward",
    ],
    before_place: &["in", "at", "near", "inside", "outside", "by", "beside", "from", "under"],
    before_thing: &["of", "for", "with", "on", "off", "to", "about", "than"],
    articles: &[
        "the", "a", "an", "my", "our", "your", "his", "her", "their", "this", "that", "these",
        "those", "some", "any",
    ],
    empty_nouns: &[
        "bit", "moment", "minute", "second", "while", "way", "favor", "hand", "little",
        "lot", "thing", "things", "something", "anything", "everything", "nothing", "here",
        "there", "now", "once", "case", "mood", "hurry", "dark", "same", "other", "one", "ones",
        "house", "home", "place", "room", "rooms", "whole", "rest", "setting", "settings",
        "level", "value", "degree", "degrees", "percent", "time", "day", "volume", "brightness",
        "temperature", "sec", "please", "least", "most", "first", "last", "next", "end",
        "background", "front", "back", "middle", "top", "bottom", "meantime", "advance",
        "need", "want", "bed", "sun", "view", "air", "name", "command", "job", "trick",
        "favorite", "usual", "normal", "maximum", "minimum", "max", "min", "full",
        "everyone", "everybody", "someone", "somebody", "anyone", "me", "us", "you", "him",
        "them", "it", "let", "bedtime", "dinner", "lunch", "breakfast", "movie", "party",
        "night", "good", "more", "less", "go", "turn", "be", "get", "see", "have", "set",
        "make", "do", "put", "out", "up", "down", "sleep", "read", "work", "eat", "cook",
    ],
    function: &[
        "a", "an", "the", "and", "or", "but", "so", "to", "of", "in", "on", "off", "at", "for",
        "with", "without", "i", "you", "he", "she", "it", "we", "they", "me", "him", "her", "us",
        "them", "my", "your", "our", "their", "is", "are", "was", "were", "be", "been", "am",
        "do", "does", "did", "done", "has", "have", "had", "can", "could", "would", "will",
        "shall", "should", "may", "might", "must", "this", "that", "these", "those", "there",
        "here", "not", "no", "yes", "up", "down", "out", "into", "onto", "from", "by", "as",
        "please", "thanks", "thank", "hey", "hi", "hello", "okay", "well", "oh", "uh",
        "um", "er", "ah", "ow", "wow", "just", "now", "right", "some", "any", "more", "less",
        "very", "too", "quite", "really", "bit", "let", "what", "which", "who", "how", "when",
        "where", "why", "if", "than", "then", "also", "again", "back", "want", "need", "like",
        "get", "got", "go", "going", "one", "ones", "all", "every", "both", "other", "only",
        "over", "under", "about", "around", "after", "before", "until", "while", "still",
        "already", "ever", "never", "much", "many", "something", "anything", "nothing",
        "everything", "mind", "kind", "sorry", "actually", "maybe", "perhaps", "its",
    ],
    report: &[
        "i left", "we left", "he left", "she left", "they left", "someone left",
        "somebody left", "have left", "has left", "is still", "are still", "is on", "is off",
        "are on", "are off", "is open", "are open", "is closed", "left the", "left my",
        "forgot to", "i forgot", "think i", "has been", "have been", "is too", "are too",
        "was on", "was left", "is way too", "is much too", "is so",
    ],
};
