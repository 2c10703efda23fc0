//! Numbers that count in the unit of a length of time said before: "make it
//! fifteen".

/// The unit in which a length of time is counted, in seconds: hours where it is
/// whole hours, else minutes, else seconds.
#[must_use]
pub fn unit_of(seconds: u32) -> u32 {
    let units = [3_600, 60];
    let whole = units.into_iter().find(|unit| seconds.is_multiple_of(*unit));
    whole.unwrap_or(1)
}

/// Seconds as they are counted; `None` where they are none.
#[must_use]
pub fn whole_seconds(seconds: f64) -> Option<u32> {
    let fits = (1.0..=f64::from(u32::MAX)).contains(&seconds);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be within a u32"
    )]
    fits.then_some(seconds.round() as u32)
}
