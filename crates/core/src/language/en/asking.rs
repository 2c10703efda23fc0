//! English words of questions to a text, as tables, and the stems of words.

use crate::language::AskingWords;

#[rustfmt::skip]
pub(super) static ASKING: AskingWords = AskingWords {
    about: &[
        "tell me about", "tell us about", "tell me more about", "tell us more about",
        "tell me something about", "tell us something about", "tell me anything about",
        "what about", "what do you know about", "can you tell me about",
        "could you tell me about", "can you tell us about", "could you tell us about",
        "i would like to know about", "i want to know about", "explain", "describe",
    ],
    whether: &[
        "can i", "can we", "can you tell me", "can you tell us", "can one", "can my", "can our",
        "can children", "can visitors", "can people", "can dogs", "can the", "may i", "may we",
        "may my", "could i", "could we", "could you tell me", "could you tell us",
        "would you tell me", "am i allowed", "are we allowed", "do i", "do we", "do you", "do the",
        "do they", "do any", "do children", "do visitors", "do people", "do dogs", "will the",
        "will there", "could there", "can there", "would the", "do all", "do some",
    ],
    auxiliary: &[
        "is", "are", "was", "were", "do", "does", "did", "will", "would", "can", "could", "has",
        "have", "had", "should", "may", "must",
    ],
    moment: &[
        "when", "what time", "what year", "which year", "what day", "which day", "which days",
        "what days", "what date", "which date", "what month", "which month", "what century",
        "which century", "how late", "how early", "how often", "since when", "until when",
        "till when",
    ],
    amount: &[
        "how many", "how much", "how tall", "how high", "how long", "how far", "how big",
        "how large", "how heavy", "how deep", "how wide", "how old", "how fast", "how thick",
        "how steep", "how cold", "how hot", "how warm", "what does it cost", "what height", "what length", "what weight",
    ],
    times: &[
        "january", "february", "march", "april", "may", "june", "july", "august", "september",
        "october", "november", "december", "spring", "summer", "autumn", "winter", "noon",
        "midnight", "midday", "morning", "afternoon", "evening", "night", "dawn", "dusk",
        "sunrise", "sunset", "daily", "weekly", "monthly", "yearly", "hourly", "every", "always",
        "weekday", "weekdays", "weekend", "weekends", "century", "year", "today", "tomorrow",
        "never", "christmas", "easter", "holiday", "holidays", "year round", "day", "days",
    ],
    place: &[
        "where", "whereabouts", "which floor", "what floor", "which room", "what room",
        "which country", "what country", "which city", "which town",
    ],
    within: &[
        "in", "on", "at", "behind", "beside", "near", "above", "below", "under", "underneath",
        "between", "opposite", "next to", "from", "to", "into", "through", "along", "around",
        "across", "past", "before", "inside", "outside", "beneath", "within", "over",
    ],
    spots: &[
        "upstairs", "downstairs", "outside", "inside", "outdoors", "indoors", "left", "right",
        "everywhere", "nowhere", "abroad", "underground", "floor", "corner", "entrance", "exit",
    ],
    no_number: &["free", "nothing", "none", "no", "half"],
    unmeasured: &["many", "much", "long", "old", "big", "far", "large"],
    price: &[
        "how much is", "how much are", "cost", "costs", "price", "prices", "pay", "fee", "charge",
    ],
    money: &[
        "euro", "euros", "cent", "cents", "dollar", "dollars", "pound", "pounds", "pence", "franc",
        "francs", "free", "nothing", "charge",
    ],
    empty: &[
        "tell", "know", "explain", "describe", "exactly", "actually", "wonder", "wondering", "say",
        "question", "information", "please", "anything", "something", "someone", "anyone",
        "somebody", "anybody", "kind", "type", "sort", "called", "name", "thing", "way", "happen",
        "happened", "use", "used", "come", "came", "find", "allowed", "possible", "take", "make",
        "made", "need", "bring", "ever", "still", "able", "there",
    ],
    leaning: &[
        "it", "its", "they", "their", "them", "he", "his", "she", "her", "this", "these", "that",
        "those", "both", "there", "then", "so", "also", "but", "and",
    ],
    limits: &[
        "not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "only", "except",
        "without", "unless", "cannot", "forbidden", "banned", "prohibited",
    ],
    bounds: &[
        "under", "over", "above", "below", "before", "after", "least", "most", "than", "except",
        "minus", "nearly", "almost",
    ],
    added: &[
        "yes", "located", "situated", "called", "named", "available", "found", "place", "takes",
        "following", "answer",
    ],
    abbreviations: &[
        "mr", "mrs", "ms", "dr", "prof", "st", "sir", "jr", "sr", "ca", "approx", "nr", "vs",
        "etc", "eg", "ie", "e.g", "i.e", "pp", "vol", "mt", "ft", "gen", "col", "capt", "lt", "rev",
        "hon", "jan", "feb", "apr", "aug", "sept", "oct", "nov",
    ],
};

/// Forms that no rule leads back.
#[rustfmt::skip]
const IRREGULAR: [(&str, &str); 44] = [
    ("built", "build"), ("began", "begin"), ("begun", "begin"), ("made", "make"),
    ("wrote", "write"), ("written", "write"), ("paid", "pay"), ("came", "come"),
    ("bought", "buy"), ("brought", "bring"), ("sold", "sell"), ("held", "hold"),
    ("ate", "eat"), ("eaten", "eat"), ("took", "take"), ("taken", "take"), ("kept", "keep"),
    ("gave", "give"), ("given", "give"), ("fell", "fall"), ("fallen", "fall"),
    ("children", "child"), ("kids", "child"), ("kid", "child"), ("men", "man"),
    ("women", "woman"), ("feet", "foot"), ("mice", "mouse"), ("burnt", "burn"),
    ("caught", "catch"), ("drew", "draw"), ("drawn", "draw"), ("grew", "grow"),
    ("grown", "grow"), ("led", "lead"), ("lent", "lend"), ("left", "leave"), ("lost", "lose"),
    ("met", "meet"), ("rang", "ring"), ("rung", "ring"), ("sunk", "sink"), ("won", "win"),
    ("stolen", "steal"),
];

/// What the forms of one word have in common; a rough one.
pub(super) fn stem(word: &str) -> String {
    if let Some((_, base)) = IRREGULAR.iter().find(|(form, _)| *form == word) {
        return stem(base);
    }
    let word = word.trim_end_matches("'s");
    let long = |stem: &&str| stem.chars().count() > 2;
    let plural = || -> Option<String> {
        if let Some(stem) = word.strip_suffix("ies").filter(long) {
            return Some(format!("{stem}y"));
        }
        for ending in ["sses", "xes", "zes", "ches", "shes"] {
            if word.ends_with(ending) {
                return Some(word[..word.len() - 2].to_owned());
            }
        }
        let stem = word.strip_suffix('s').filter(long)?;
        (!stem.ends_with(['s', 'u', 'i'])).then(|| stem.to_owned())
    };
    let word = plural().unwrap_or_else(|| word.to_owned());
    let verb = ["ing", "ed"].iter().find_map(|ending| {
        let stem = word.strip_suffix(ending).filter(long)?;
        stem.contains(['a', 'e', 'i', 'o', 'u', 'y'])
            .then_some(stem)
    });
    let mut stem = verb.unwrap_or(&word).to_owned();
    let mut last = stem.chars().rev();
    let doubled = match (last.next(), last.next()) {
        (Some(a), Some(b)) => a == b && !"aeiouls".contains(a),
        _ => false,
    };
    if verb.is_some() && doubled {
        stem.pop();
    }
    if stem.len() > 3 && stem.ends_with('e') {
        stem.pop();
    }
    if stem.len() > 3 && stem.ends_with('y') {
        stem.pop();
        stem.push('i');
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn forms_of_a_word_have_one_stem() {
        let check = |words: &[&str]| {
            let stems: Vec<String> = words.iter().map(|word| stem(word)).collect();
            assert!(
                stems.iter().all(|other| *other == stems[0]),
                "{words:?} {stems:?}"
            );
        };
        check(&["build", "built", "builds", "building"]);
        check(&["open", "opens", "opened", "opening"]);
        check(&["close", "closes", "closed", "closing"]);
        check(&["city", "cities"]);
        check(&["stop", "stopped", "stops"]);
        check(&["tower", "towers", "tower's"]);
        check(&["child", "children", "kids"]);
        check(&["story", "stories"]);
        check(&["church", "churches"]);
        assert_ne!(stem("glass"), stem("gla"));
        assert_ne!(stem("bed"), stem("b"));
        assert_ne!(stem("king"), stem("k"));
    }
}
