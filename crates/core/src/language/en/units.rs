//! Units of measure: what is written behind a number, and what is said.
//!
//! A unit is a base, with a prefix of the metric system where it takes one and
//! a power, or two such over each other: `µg/m³`, `W/m²`, `€/kWh`.

/// What is written, and what is said after one and after many.
type Unit = (&'static str, &'static str, &'static str);

/// Units that take no prefix. They are looked up before any prefix is, so that
/// `min` is no milli-inch.
const PLAIN: [Unit; 72] = [
    ("%", "percent", "percent"),
    ("‰", "per mille", "per mille"),
    ("°C", "degree Celsius", "degrees Celsius"),
    ("°F", "degree Fahrenheit", "degrees Fahrenheit"),
    ("C", "degree Celsius", "degrees Celsius"),
    ("F", "degree Fahrenheit", "degrees Fahrenheit"),
    ("K", "kelvin", "kelvin"),
    ("°", "degree", "degrees"),
    ("sec", "second", "seconds"),
    ("secs", "second", "seconds"),
    ("min", "minute", "minutes"),
    ("mins", "minute", "minutes"),
    ("h", "hour", "hours"),
    ("hr", "hour", "hours"),
    ("hrs", "hour", "hours"),
    ("d", "day", "days"),
    ("wk", "week", "weeks"),
    ("wks", "week", "weeks"),
    ("mo", "month", "months"),
    ("yr", "year", "years"),
    ("yrs", "year", "years"),
    ("in", "inch", "inches"),
    ("ft", "foot", "feet"),
    ("yd", "yard", "yards"),
    ("mi", "mile", "miles"),
    ("mph", "mile per hour", "miles per hour"),
    ("kn", "knot", "knots"),
    ("kph", "kilometer per hour", "kilometers per hour"),
    ("kmh", "kilometer per hour", "kilometers per hour"),
    ("ha", "hectare", "hectares"),
    ("t", "ton", "tons"),
    ("oz", "ounce", "ounces"),
    ("lb", "pound", "pounds"),
    ("lbs", "pound", "pounds"),
    ("gal", "gallon", "gallons"),
    ("qt", "quart", "quarts"),
    ("pt", "pint", "pints"),
    ("tsp", "teaspoon", "teaspoons"),
    ("tbsp", "tablespoon", "tablespoons"),
    ("cc", "cubic centimeter", "cubic centimeters"),
    ("psi", "pound per square inch", "pounds per square inch"),
    ("inHg", "inch of mercury", "inches of mercury"),
    ("mmHg", "millimeter of mercury", "millimeters of mercury"),
    ("rpm", "turn per minute", "turns per minute"),
    ("bpm", "beat per minute", "beats per minute"),
    ("fps", "frame per second", "frames per second"),
    ("dB", "decibel", "decibels"),
    ("dBA", "decibel", "decibels"),
    ("dBm", "decibel milliwatt", "decibel milliwatts"),
    ("ppm", "part per million", "parts per million"),
    ("ppb", "part per billion", "parts per billion"),
    ("lx", "lux", "lux"),
    ("lm", "lumen", "lumens"),
    ("cd", "candela", "candelas"),
    ("px", "pixel", "pixels"),
    ("dpi", "dot per inch", "dots per inch"),
    ("MP", "megapixel", "megapixels"),
    ("kcal", "kilocalorie", "kilocalories"),
    ("cal", "calorie", "calories"),
    ("hp", "horsepower", "horsepower"),
    ("var", "var", "vars"),
    ("mbps", "megabit per second", "megabits per second"),
    ("Mbps", "megabit per second", "megabits per second"),
    ("kbps", "kilobit per second", "kilobits per second"),
    ("Gbps", "gigabit per second", "gigabits per second"),
    ("€", "euro", "euros"),
    ("$", "dollar", "dollars"),
    ("£", "pound", "pounds"),
    ("¥", "yen", "yen"),
    ("ct", "cent", "cents"),
    ("¢", "cent", "cents"),
    ("floz", "fluid ounce", "fluid ounces"),
];

/// Units that take the prefixes of the metric system.
const METRIC: [Unit; 21] = [
    ("s", "second", "seconds"),
    ("m", "meter", "meters"),
    ("g", "gram", "grams"),
    ("l", "liter", "liters"),
    ("L", "liter", "liters"),
    ("W", "watt", "watts"),
    ("Wp", "watt peak", "watts peak"),
    ("Wh", "watt hour", "watt hours"),
    ("V", "volt", "volts"),
    ("VA", "volt ampere", "volt amperes"),
    ("A", "amp", "amps"),
    ("Ah", "amp hour", "amp hours"),
    ("Ω", "ohm", "ohms"),
    ("Hz", "hertz", "hertz"),
    ("B", "byte", "bytes"),
    ("bit", "bit", "bits"),
    ("Pa", "pascal", "pascals"),
    ("bar", "bar", "bar"),
    ("J", "joule", "joules"),
    ("N", "newton", "newtons"),
    ("Nm", "newton meter", "newton meters"),
];

const PREFIXES: [(&str, &str); 13] = [
    ("", ""),
    ("n", "nano"),
    ("µ", "micro"),
    ("u", "micro"),
    ("m", "milli"),
    ("c", "centi"),
    ("d", "deci"),
    ("h", "hecto"),
    ("k", "kilo"),
    ("K", "kilo"),
    ("M", "mega"),
    ("G", "giga"),
    ("T", "tera"),
];

/// Of a currency: its sign, one and many of it, and of its hundredth part.
pub(super) struct Currency {
    pub(super) sign: &'static str,
    pub(super) whole: (&'static str, &'static str),
    /// `None` where prices have no hundredths.
    pub(super) cent: Option<(&'static str, &'static str)>,
}

pub(super) const CURRENCIES: [Currency; 8] = [
    currency("€", ("euro", "euros"), ("cent", "cents")),
    currency("$", ("dollar", "dollars"), ("cent", "cents")),
    currency("£", ("pound", "pounds"), ("penny", "pence")),
    Currency {
        sign: "¥",
        whole: ("yen", "yen"),
        cent: None,
    },
    currency("EUR", ("euro", "euros"), ("cent", "cents")),
    currency("USD", ("dollar", "dollars"), ("cent", "cents")),
    currency("GBP", ("pound", "pounds"), ("penny", "pence")),
    currency("CHF", ("franc", "francs"), ("centime", "centimes")),
];

const fn currency(
    sign: &'static str,
    whole: (&'static str, &'static str),
    cent: (&'static str, &'static str),
) -> Currency {
    Currency {
        sign,
        whole,
        cent: Some(cent),
    }
}

/// One and many of a unit, if `written` is one.
pub(super) fn unit(written: &str) -> Option<(String, String)> {
    if let Some((above, below)) = written.split_once('/') {
        let (one, many) = power(above)?;
        let (per, _) = power(below)?;
        return Some((format!("{one} per {per}"), format!("{many} per {per}")));
    }
    power(written)
}

/// A unit with its power.
fn power(written: &str) -> Option<(String, String)> {
    if let Some(found) = base(written) {
        return Some(found);
    }
    let (stem, word) = [
        ("²", "square"),
        ("³", "cubic"),
        ("^2", "square"),
        ("^3", "cubic"),
    ]
    .into_iter()
    .find_map(|(sign, word)| Some((written.strip_suffix(sign)?, word)))
    .or_else(|| {
        // `m2`, `ft3`: digits only behind a length.
        let stem = written.strip_suffix(['2', '3'])?;
        let length = matches!(stem, "m" | "cm" | "mm" | "km" | "ft" | "in");
        let word = if written.ends_with('2') {
            "square"
        } else {
            "cubic"
        };
        length.then_some((stem, word))
    })?;
    let (one, many) = base(stem)?;
    Some((format!("{word} {one}"), format!("{word} {many}")))
}

fn base(written: &str) -> Option<(String, String)> {
    let plain = PLAIN.iter().find(|(sign, ..)| *sign == written);
    if let Some((_, one, many)) = plain {
        return Some(((*one).to_owned(), (*many).to_owned()));
    }
    // Words of their own, not microseconds and micrometers.
    if matches!(written, "us" | "um") {
        return None;
    }
    METRIC.iter().find_map(|(sign, one, many)| {
        let prefix = written.strip_suffix(sign)?;
        let (_, word) = PREFIXES.iter().find(|(short, _)| *short == prefix)?;
        Some((format!("{word}{one}"), format!("{word}{many}")))
    })
}

#[cfg(test)]
mod tests {
    use super::unit;

    #[test]
    fn units_are_read_by_their_parts() {
        for (written, said) in [
            ("W", "watts"),
            ("MWh", "megawatt hours"),
            ("min", "minutes"),
            ("µg/m³", "micrograms per cubic meter"),
            ("€/kWh", "euros per kilowatt hour"),
            ("Mbit/s", "megabits per second"),
            ("°C/h", "degrees Celsius per hour"),
            ("l/min", "liters per minute"),
            ("W/m2", "watts per square meter"),
            ("ft³", "cubic feet"),
            ("hPa", "hectopascals"),
            ("mAh", "milliamp hours"),
            ("TB", "terabytes"),
        ] {
            assert_eq!(unit(written).expect(written).1, said);
        }
        for written in ["", "x", "of", "and", "kitchen", "/", "m/", "qW"] {
            assert!(unit(written).is_none(), "{written}");
        }
    }
}
