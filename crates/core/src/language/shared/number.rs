//! Numbers as people say them: whole ones, decimals, fractions, and shares of a
//! range that is counted in percent.

use super::maybe_said;
use crate::language::Amount;
use crate::language::form::{Form, one_of, said, table};

/// How the numbers of a language are put together, in canonical form.
#[derive(Debug)]
pub(in crate::language) struct NumberWords {
    /// The numbers from one up to another, which is not included; both are at most a
    /// hundred.
    pub small: fn(u32, u32) -> Form<u32>,
    /// Zero.
    pub zero: &'static str,
    /// Other words for a zero among digits: "oh".
    pub zero_digits: &'static [&'static str],
    /// May stand behind hundreds, thousands and millions.
    pub and: &'static [&'static str],
    /// Counts of hundreds up to nine, as they stand before the word.
    pub hundreds: fn() -> Form<u32>,
    /// Counts of hundreds from ten on: "fifteen hundred".
    pub teens: fn() -> Form<u32>,
    /// A hundred, a thousand, a million.
    pub scales: [Scale; 3],
    /// Stands before decimals.
    pub point: &'static str,
    /// Parts of one.
    pub fraction: fn() -> Form<f64>,
    /// Parts of one behind a whole number: "and a half".
    pub fraction_behind: fn() -> Form<f64>,
    /// Numbers with a name of their own: "a dozen".
    pub named: &'static [(&'static str, f64)],
    /// Make a number negative.
    pub minus: &'static [&'static str],
    /// One before a unit: "a" (degree).
    pub ones: &'static [&'static str],
    /// The same before the word for percent.
    pub ones_of_percent: &'static [&'static str],
    /// May stand behind a fraction that has no unit: (half) "a".
    pub part_of: &'static [&'static str],
    /// A part of one before its unit: "half a" (degree).
    pub part_of_unit: fn() -> Form<f64>,
    /// The unit of shares.
    pub percent: &'static str,
    /// Shares with a name of their own: "full".
    pub shares: &'static [(&'static str, Amount)],
    /// What is measured in percent, said behind the value: "half brightness".
    pub measured: &'static [&'static str],
    /// A unit's words, in singular and plural.
    pub unit_names: fn(&str) -> Vec<String>,
}

/// A power of ten that is counted.
#[derive(Debug)]
pub(in crate::language) struct Scale {
    /// Behind its count.
    pub counted: &'static [&'static str],
    /// One of it, as a whole: "a hundred".
    pub alone: &'static [&'static str],
}

impl NumberWords {
    /// `one` to `nine`.
    pub(in crate::language) fn units(&self) -> Form<u32> {
        (self.small)(1, 10)
    }

    /// `zero` to `nine`, each by any of its names.
    pub(in crate::language) fn digit(&self) -> Form<u32> {
        let zeros = [self.zero]
            .into_iter()
            .chain(self.zero_digits.iter().copied());
        one_of(vec![self.units(), table(zeros.map(|name| (name, 0)))])
    }

    /// `one` to `ninety nine`.
    pub(in crate::language) fn below_hundred(&self) -> Form<u32> {
        (self.small)(1, 100)
    }

    /// `one` to `fifty nine`.
    pub(in crate::language) fn below_sixty(&self) -> Form<u32> {
        (self.small)(1, 60)
    }

    /// One before a noun.
    pub(in crate::language) fn one<T>(&self, one: T) -> Form<T>
    where
        T: Copy + Send + Sync + 'static,
    {
        table(self.ones.iter().map(|name| (*name, one)))
    }

    /// Up to 999, and with `teens` also "fifteen hundred".
    fn below_thousand(&self, teens: bool) -> Form<u32> {
        let [scale, ..] = &self.scales;
        let mut hundreds = vec![(self.hundreds)().before(said(scale.counted)), scale.alone()];
        if teens {
            hundreds.push((self.teens)().before(said(scale.counted)));
        }
        let hundreds = self.with_rest(one_of(hundreds), 100, self.below_hundred());
        one_of(vec![self.below_hundred(), hundreds])
    }

    /// Up to 999,999.
    pub(in crate::language) fn below_million(&self) -> Form<u32> {
        let [_, scale, _] = &self.scales;
        let counted = self.below_thousand(false).before(said(scale.counted));
        let thousands = one_of(vec![counted, scale.alone()]);
        let thousands = self.with_rest(thousands, 1_000, self.below_thousand(false));
        one_of(vec![self.below_thousand(true), thousands])
    }

    /// Whole numbers from 1 to 999,999,999.
    fn whole(&self) -> Form<u32> {
        let [.., scale] = &self.scales;
        let counted = self.below_thousand(false).before(said(scale.counted));
        let millions = one_of(vec![counted, scale.alone()]);
        let millions = self.with_rest(millions, 1_000_000, self.below_million());
        one_of(vec![self.below_million(), millions])
    }

    fn with_rest(&self, count: Form<u32>, unit: u32, rest: Form<u32>) -> Form<u32> {
        let rest = maybe_said(self.and).and(rest).maybe();
        count
            .then(rest)
            .map(move |(count, rest)| unit * count + rest.unwrap_or(0))
    }

    /// "point two five", to three places.
    pub(in crate::language) fn decimals(&self) -> Form<f64> {
        let more = self.digit().then(self.digit().maybe()).maybe();
        let digits = said(&[self.point]).and(self.digit().then(more));
        digits.map(|(first, more)| {
            let mut text = format!("0.{first}");
            if let Some((second, third)) = more {
                text.push_str(&second.to_string());
                text.extend(third.map(|third| third.to_string()));
            }
            text.parse().unwrap_or(0.0)
        })
    }

    /// Zero with decimals; the decimals are optional where `alone` is set.
    pub(in crate::language) fn zero_point(&self, alone: bool) -> Form<f64> {
        let zero = said(&[self.zero]);
        if alone {
            zero.and(self.decimals().maybe())
                .map(|more| more.unwrap_or(0.0))
        } else {
            zero.and(self.decimals())
        }
    }

    /// A count with what may follow it: "two", "two and a half", "two point five".
    pub(in crate::language) fn mixed(&self, count: Form<u32>) -> Form<f64> {
        let more = one_of(vec![self.decimals(), (self.fraction_behind)()]).maybe();
        count
            .then(more)
            .map(|(whole, more)| f64::from(whole) + more.unwrap_or(0.0))
    }

    fn plain(&self) -> Form<f64> {
        self.signed(one_of(vec![
            self.mixed(self.whole()),
            self.zero_point(true),
            self.decimals(),
            table(self.named.iter().copied()),
        ]))
    }

    fn signed(&self, magnitude: Form<f64>) -> Form<f64> {
        let sign = said(self.minus).maybe();
        sign.then(magnitude)
            .map(|(sign, number)| if sign.is_some() { -number } else { number })
    }

    /// A part of a range that is counted in percent, in percent.
    fn share(&self) -> Form<Amount> {
        let fraction = (self.fraction)();
        one_of(vec![
            fraction.map(|part| Amount::Number((100.0 * part).round())),
            table(self.shares.iter().copied()),
        ])
    }

    /// A number of `unit`, whose canonical words may follow it. In percent, "half"
    /// is 50 and "full" the most there is; elsewhere "half" is 0.5.
    #[must_use]
    pub(in crate::language) fn number(&self, unit: Option<&str>) -> Form<Amount> {
        let Some(unit) = unit else {
            let fraction = (self.fraction)().before(maybe_said(self.part_of));
            return one_of(vec![self.plain(), self.signed(fraction)]).map(Amount::Number);
        };
        let names = (self.unit_names)(unit);
        let unit_said = || table(names.iter().map(|name| (name.clone(), ())));
        let percent = unit == self.percent;
        let ones = if percent {
            self.ones_of_percent
        } else {
            self.ones
        };
        let ones = table(ones.iter().map(|name| (*name, 1.0)));
        let mut ways = vec![
            self.plain().before(unit_said().or_not()),
            self.signed(ones.before(unit_said())),
            self.signed((self.part_of_unit)().before(unit_said())),
        ];
        if percent {
            let amount = one_of(ways).map(Amount::Number);
            one_of(vec![amount, self.share()]).before(maybe_said(self.measured))
        } else {
            ways.push(self.signed((self.fraction)().before(unit_said().or_not())));
            one_of(ways).map(Amount::Number)
        }
    }
}

impl Scale {
    fn alone(&self) -> Form<u32> {
        table(self.alone.iter().map(|name| (*name, 1)))
    }
}
