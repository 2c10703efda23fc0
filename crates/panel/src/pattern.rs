//! What a light shows: each state has a colour and a rhythm, so that it is told by
//! those who see no colours, and by a light of one colour.

use std::time::Duration;

/// A colour; 0 to 255 each.
pub type Rgb = [u8; 3];

/// Between two pictures of a light that moves.
const STEP: Duration = Duration::from_millis(40);

/// What the box is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// It waits for a wake word.
    #[default]
    Idle,
    /// It listens.
    Listening,
    /// It thinks.
    Thinking,
    /// It speaks.
    Speaking,
    /// Something rings.
    Ringing,
    /// It hears nothing, because it was told to.
    Muted,
    /// Something is wrong.
    Fault,
}

impl Shown {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Idle,
        Self::Listening,
        Self::Thinking,
        Self::Speaking,
        Self::Ringing,
        Self::Muted,
        Self::Fault,
    ];

    const fn colour(self) -> Rgb {
        match self {
            Self::Idle => [0, 0, 0],
            Self::Listening => [0, 90, 255],
            Self::Thinking => [255, 160, 0],
            Self::Speaking => [0, 220, 60],
            Self::Ringing => [255, 255, 255],
            Self::Muted | Self::Fault => [255, 0, 0],
        }
    }

    /// When the next picture is due; `None`: this one stays.
    #[must_use]
    pub const fn step(self) -> Option<Duration> {
        match self {
            Self::Idle | Self::Listening => None,
            _ => Some(STEP),
        }
    }

    /// How bright it is after so many milliseconds in this state, 0 to 255.
    #[must_use]
    pub const fn level(self, ms: u64) -> u8 {
        /// The triangle of a breath, up and down again.
        #[expect(clippy::cast_possible_truncation, reason = "it is at most 255")]
        const fn breath(ms: u64, period: u64) -> u8 {
            let at = ms % period * 510 / period;
            (if at < 256 { at } else { 510 - at }) as u8
        }
        /// On at first, for so much of a period.
        const fn blink(ms: u64, on: u64, period: u64) -> u8 {
            if ms % period < on { 255 } else { 0 }
        }
        match self {
            Self::Idle => 0,
            Self::Listening => 255,
            Self::Thinking => blink(ms, 180, 360),
            Self::Speaking => breath(ms + 400, 1_600),
            Self::Ringing => blink(ms, 350, 600),
            Self::Muted => blink(ms, 120, 3_000),
            // Twice in short, then a pause.
            Self::Fault => match ms % 1_600 {
                0..120 | 240..360 => 255,
                _ => 0,
            },
        }
    }

    /// The colours of a chain of LEDs.
    #[must_use]
    pub fn chain(self, ms: u64, count: usize) -> Vec<Rgb> {
        // A chain has room for a form: a dot that runs, and ends that stay lit.
        let lit = |index: usize| match self {
            Self::Thinking if 1 < count => {
                let at = usize::try_from(ms / 120).unwrap_or(0) % count;
                if index == at { 255 } else { 20 }
            }
            Self::Muted if 1 < count => {
                let is_end = index == 0 || index + 1 == count;
                if is_end { 120 } else { 0 }
            }
            _ => self.level(ms),
        };
        (0..count)
            .map(|index| scaled(self.colour(), lit(index)))
            .collect()
    }
}

/// A colour made darker: `level` of 255.
pub(crate) fn scaled(colour: Rgb, level: u8) -> Rgb {
    colour.map(|part| {
        let product = u16::from(part) * u16::from(level) / 255;
        u8::try_from(product).unwrap_or(u8::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::{Shown, scaled};

    /// What a light of one colour shows in five seconds, in steps of 40 ms.
    fn rhythm(shown: Shown) -> Vec<u8> {
        (0..125).map(|step| shown.level(step * 40)).collect()
    }

    #[test]
    fn every_state_differs_without_colours() {
        for (index, one) in Shown::ALL.iter().enumerate() {
            for other in &Shown::ALL[index + 1..] {
                assert_ne!(rhythm(*one), rhythm(*other), "{one:?} and {other:?}");
                for count in [1, 3, 12] {
                    let pictures = |shown: Shown| -> Vec<_> {
                        (0..125).map(|step| shown.chain(step * 40, count)).collect()
                    };
                    assert_ne!(pictures(*one), pictures(*other), "{one:?} and {other:?}");
                }
            }
        }
    }

    #[test]
    fn what_stays_needs_one_picture() {
        for shown in Shown::ALL {
            let moves = rhythm(shown).windows(2).any(|pair| pair[0] != pair[1]);
            assert_eq!(shown.step().is_some(), moves, "{shown:?}");
        }
        assert_eq!(Shown::Idle.chain(0, 3), [[0; 3]; 3]);
        assert!(Shown::Listening.chain(0, 0).is_empty());
    }

    /// Photosensitive people: no more than three flashes a second of a whole light is
    /// what WCAG 2.2 allows; the running dot is small.
    #[test]
    fn nothing_flashes_too_fast() {
        for shown in Shown::ALL {
            let second: Vec<u8> = (0..1_000).map(|ms| shown.chain(ms, 12)[0][0]).collect();
            let rises = second
                .windows(2)
                .filter(|pair| pair[0].saturating_add(100) < pair[1]);
            assert!(rises.count() <= 3, "{shown:?}");
        }
    }

    #[test]
    fn a_colour_is_scaled() {
        assert_eq!(scaled([255, 128, 0], 255), [255, 128, 0]);
        assert_eq!(scaled([255, 128, 0], 128), [128, 64, 0]);
        assert_eq!(scaled([255, 255, 255], 0), [0; 3]);
    }
}
