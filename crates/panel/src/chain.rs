//! Chains of LEDs behind SPI: the bytes on the wire, and the device.

use std::io::{self, Write as _};
use std::path::Path;

use mynah_core::model::Chip;
use spidev::{SpiModeFlags, Spidev, SpidevOptions};

use crate::pattern::Rgb;

/// Clock of an APA102. It takes more; long wires do not.
const APA102_HZ: u32 = 4_000_000;

/// With this clock, three bits on the wire are one bit of a WS2812: 1.25 us.
const WS2812_HZ: u32 = 2_400_000;

/// A pause that newer WS2812 take as the end: 300 us of silence.
const WS2812_RESET: usize = 90;

/// The bytes for a chain. The first and the last bits are low, which is how the line
/// rests.
pub(crate) fn encode(chip: Chip, pixels: &[Rgb]) -> Vec<u8> {
    match chip {
        Chip::Apa102 => apa102(pixels),
        Chip::Ws2812 => ws2812(pixels),
    }
}

/// A start of 32 zeros; for each LED full current, blue, green, red; and half a clock
/// for each LED that its data must still be passed on, as zeros: an SK9822 takes ones
/// as the colour of one LED more.
fn apa102(pixels: &[Rgb]) -> Vec<u8> {
    let mut bytes = vec![0; 4];
    for [red, green, blue] in pixels {
        bytes.extend([0xff, *blue, *green, *red]);
    }
    bytes.resize(bytes.len() + 4 + pixels.len().div_ceil(16), 0);
    bytes
}

/// Green, red, blue; a one is long (110), a zero short (100).
fn ws2812(pixels: &[Rgb]) -> Vec<u8> {
    let mut bytes = vec![0];
    for [red, green, blue] in pixels {
        for part in [green, red, blue] {
            let mut wire = 0_u32;
            for bit in (0..8).rev() {
                let one = part >> bit & 1 == 1;
                wire = wire << 3 | if one { 0b110 } else { 0b100 };
            }
            bytes.extend(&wire.to_be_bytes()[1..]);
        }
    }
    bytes.resize(bytes.len() + WS2812_RESET, 0);
    bytes
}

/// Opens the device for a chain.
pub(crate) fn open(chip: Chip, device: &Path) -> io::Result<Spidev> {
    let mut spi = Spidev::open(device)?;
    let speed = match chip {
        Chip::Apa102 => APA102_HZ,
        Chip::Ws2812 => WS2812_HZ,
    };
    let options = SpidevOptions::new()
        .bits_per_word(8)
        .max_speed_hz(speed)
        .mode(SpiModeFlags::SPI_MODE_0)
        .build();
    spi.configure(&options)?;
    Ok(spi)
}

/// Sends a picture in one transfer: a pause within would end it.
pub(crate) fn send(spi: &mut Spidev, bytes: &[u8]) -> io::Result<()> {
    let sent = spi.write(bytes)?;
    if sent == bytes.len() {
        Ok(())
    } else {
        Err(io::ErrorKind::WriteZero.into())
    }
}

#[cfg(test)]
mod tests {
    use mynah_core::model::Chip;
    use proptest::prelude::*;

    use super::{Rgb, WS2812_RESET, encode};

    #[test]
    fn an_apa102_gets_frames() {
        let bytes = encode(Chip::Apa102, &[[1, 2, 3], [255, 0, 0]]);
        let expected = [0, 0, 0, 0, 0xff, 3, 2, 1, 0xff, 0, 0, 255, 0, 0, 0, 0, 0];
        assert_eq!(bytes, expected);
    }

    #[test]
    fn a_ws2812_gets_long_and_short_pulses() {
        let bytes = encode(Chip::Ws2812, &[[0, 0x80, 0xff]]);
        // Green 1000 0000, red 0000 0000, blue 1111 1111.
        let green = [0b1101_0010, 0b0100_1001, 0b0010_0100];
        let red = [0b1001_0010, 0b0100_1001, 0b0010_0100];
        let blue = [0b1101_1011, 0b0110_1101, 0b1011_0110];
        assert_eq!(bytes[1..10], [green, red, blue].concat());
        assert!(bytes[0] == 0 && bytes[10..] == [0; WS2812_RESET]);
    }

    /// What the chips make of the bytes.
    fn decode(chip: Chip, bytes: &[u8], count: usize) -> Vec<Rgb> {
        match chip {
            Chip::Apa102 => {
                let frames = bytes[4..].chunks(4).take(count);
                frames.map(|frame| [frame[3], frame[2], frame[1]]).collect()
            }
            Chip::Ws2812 => {
                let bits: Vec<bool> = bytes[1..]
                    .iter()
                    .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1))
                    .collect();
                let values: Vec<u8> = bits
                    .chunks(24)
                    .take(3 * count)
                    .map(|part| {
                        part.chunks(3).fold(0, |value, pulse| {
                            assert!(pulse[0] && !pulse[2], "a pulse begins high and ends low");
                            value << 1 | u8::from(pulse[1])
                        })
                    })
                    .collect();
                let grb = values.chunks(3);
                grb.map(|part| [part[1], part[0], part[2]]).collect()
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_sent_is_what_shines(pixels in prop::collection::vec(any::<Rgb>(), 0..70)) {
            for chip in [Chip::Apa102, Chip::Ws2812] {
                let bytes = encode(chip, &pixels);
                prop_assert_eq!(decode(chip, &bytes, pixels.len()), pixels.clone());
                // The kernel's buffer for a transfer.
                prop_assert!(bytes.len() <= 4096);
            }
        }
    }
}
