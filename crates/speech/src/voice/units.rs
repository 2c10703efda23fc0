//! How signs and units behind a number are spoken.

/// What is written, and what is said after one and after many.
const UNITS: [(&str, &str, &str); 42] = [
    ("%", "percent", "percent"),
    ("°C", "degree Celsius", "degrees Celsius"),
    ("°F", "degree Fahrenheit", "degrees Fahrenheit"),
    ("°", "degree", "degrees"),
    ("ms", "millisecond", "milliseconds"),
    ("s", "second", "seconds"),
    ("min", "minute", "minutes"),
    ("h", "hour", "hours"),
    ("mm", "millimeter", "millimeters"),
    ("cm", "centimeter", "centimeters"),
    ("m", "meter", "meters"),
    ("km", "kilometer", "kilometers"),
    ("m²", "square meter", "square meters"),
    ("m³", "cubic meter", "cubic meters"),
    ("km/h", "kilometer per hour", "kilometers per hour"),
    ("m/s", "meter per second", "meters per second"),
    ("mph", "mile per hour", "miles per hour"),
    ("mg", "milligram", "milligrams"),
    ("g", "gram", "grams"),
    ("kg", "kilogram", "kilograms"),
    ("ml", "milliliter", "milliliters"),
    ("l", "liter", "liters"),
    ("mW", "milliwatt", "milliwatts"),
    ("W", "watt", "watts"),
    ("kW", "kilowatt", "kilowatts"),
    ("Wh", "watt hour", "watt hours"),
    ("kWh", "kilowatt hour", "kilowatt hours"),
    ("V", "volt", "volts"),
    ("Hz", "hertz", "hertz"),
    ("kHz", "kilohertz", "kilohertz"),
    ("MHz", "megahertz", "megahertz"),
    ("GHz", "gigahertz", "gigahertz"),
    ("kB", "kilobyte", "kilobytes"),
    ("MB", "megabyte", "megabytes"),
    ("GB", "gigabyte", "gigabytes"),
    ("hPa", "hectopascal", "hectopascals"),
    ("dB", "decibel", "decibels"),
    ("ppm", "part per million", "parts per million"),
    ("am", "A M", "A M"),
    ("pm", "P M", "P M"),
    ("€", "euro", "euros"),
    ("$", "dollar", "dollars"),
];

/// The words for a unit behind `number`.
pub(super) fn spoken(unit: &str, number: &str) -> Option<&'static str> {
    let (_, one, many) = UNITS.iter().find(|(written, ..)| *written == unit)?;
    Some(match number.trim_start_matches(['-', '−', '+']) {
        "1" => one,
        _ => many,
    })
}
