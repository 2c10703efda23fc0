//! Sound files of every kind, sound and unsound, made in code.

use std::fs;

use super::{AudioError, read, write};
use crate::{AudioFrame, Captured, FRAME_SAMPLES, SampleTime, Source, WavSource};

const PCM: u16 = 1;
const FLOAT: u16 = 3;
const EXTENSIBLE: u16 = 0xFFFE;

/// How the samples of a WAV file are written.
#[derive(Clone, Copy, Debug)]
struct Coding {
    tag: u16,
    bits: u16,
    rate: u32,
    channels: u16,
}

const fn coding(tag: u16, bits: u16, rate: u32, channels: u16) -> Coding {
    Coding {
        tag,
        bits,
        rate,
        channels,
    }
}

const PLAIN: Coding = coding(PCM, 16, 16_000, 1);

fn tone(rate: u32, ms: u32) -> Vec<f64> {
    (0..rate * ms / 1000)
        .map(|n| 0.5 * (std::f64::consts::TAU * 440.0 * f64::from(n) / f64::from(rate)).sin())
        .collect()
}

/// The bytes of a WAV file with the same `sound` on each channel.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "test signals fit"
)]
fn encode(coding: Coding, sound: &[f64]) -> Vec<u8> {
    let mut data = Vec::new();
    for &sample in sound {
        let scaled = |bits: u16| (sample * f64::from(1_u32 << (bits - 1))).round() as i64;
        for _ in 0..coding.channels {
            match (coding.tag, coding.bits) {
                (FLOAT, 64) => data.extend(sample.to_le_bytes()),
                (FLOAT, _) => data.extend((sample as f32).to_le_bytes()),
                (_, 8) => data.push((scaled(8) + 128) as u8),
                (_, bits) => data.extend(&scaled(bits).to_le_bytes()[..usize::from(bits) / 8]),
            }
        }
    }
    header(coding, &data)
}

#[expect(clippy::cast_possible_truncation, reason = "test files are small")]
fn header(coding: Coding, data: &[u8]) -> Vec<u8> {
    let block = coding.channels * coding.bits / 8;
    let mut format = Vec::new();
    format.extend(coding.tag.to_le_bytes());
    format.extend(coding.channels.to_le_bytes());
    format.extend(coding.rate.to_le_bytes());
    format.extend((coding.rate * u32::from(block)).to_le_bytes());
    format.extend(block.to_le_bytes());
    format.extend(coding.bits.to_le_bytes());
    if coding.tag == EXTENSIBLE {
        format.extend(22_u16.to_le_bytes());
        format.extend(coding.bits.to_le_bytes());
        format.extend(((1_u32 << coding.channels) - 1).to_le_bytes());
        format.extend(*b"\x01\0\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71");
    }
    let mut body = b"WAVEfmt ".to_vec();
    body.extend((format.len() as u32).to_le_bytes());
    body.extend(format);
    // A chunk that nobody knows, of odd length, as recorders like to leave.
    body.extend(*b"junk\x03\0\0\0abc\0");
    body.extend(*b"data");
    body.extend((data.len() as u32).to_le_bytes());
    body.extend(data);
    let mut file = b"RIFF".to_vec();
    file.extend((body.len() as u32).to_le_bytes());
    file.extend(body);
    file
}

/// A FLAC file of 16-bit mono samples, stored verbatim in one frame.
#[expect(clippy::cast_possible_truncation, reason = "test signals fit")]
fn encode_flac(rate: u32, sound: &[f64]) -> Vec<u8> {
    let crc = |bytes: &[u8], bits: u32, polynomial: u32| {
        let top = 1_u32 << (bits - 1);
        bytes.iter().fold(0, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte) << (bits - 8), |crc, _| {
                let shifted = crc << 1;
                (if crc & top == 0 {
                    shifted
                } else {
                    shifted ^ polynomial
                }) & (2 * top - 1)
            })
        })
    };
    let length = sound.len() as u16;
    let mut file = b"fLaC\x80\0\0\x22".to_vec();
    file.extend([length.to_be_bytes(), length.to_be_bytes()].concat());
    file.extend([0; 6]);
    let about = u64::from(rate) << 44 | 15 << 36 | u64::from(length);
    file.extend(about.to_be_bytes());
    file.extend([0; 16]);
    let mut frame = vec![0xFF, 0xF8, 0x70, 0x08, 0];
    frame.extend((length - 1).to_be_bytes());
    frame.push(crc(&frame, 8, 0x07) as u8);
    frame.push(0x02);
    for sample in sound {
        frame.extend(((sample * 32_768.0).round() as i16).to_be_bytes());
    }
    frame.extend((crc(&frame, 16, 0x8005) as u16).to_be_bytes());
    file.extend(frame);
    file
}

fn with_file<T>(bytes: &[u8], act: impl FnOnce(&std::path::Path) -> T) -> T {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("clip.wav");
    fs::write(&path, bytes).expect("a folder that can be written");
    act(&path)
}

/// What reading `bytes` gives, in one line: the length in samples and the
/// level of a 440 Hz tone, or the error without the file's name.
fn check(bytes: &[u8]) -> String {
    with_file(bytes, |path| match read(path, 60) {
        Ok(sound) => {
            let all = &sound.samples;
            assert!(all.iter().all(|s| (-1.0..=1.0).contains(s)), "in range");
            let energy: f64 = all.iter().map(|s| f64::from(s * s)).sum();
            #[expect(clippy::cast_precision_loss, reason = "test signals are short")]
            let level = (energy / all.len() as f64).sqrt();
            format!(
                "{} samples at {level:.2} from {} Hz x {}",
                all.len(),
                sound.source_rate,
                sound.source_channels
            )
        }
        Err(error) => {
            let text = error.to_string();
            let name = format!("`{}`", path.display());
            assert!(text.contains(&name), "names the file: {text}");
            text.replace(&name, "FILE").replace('\n', " | ")
        }
    })
}

#[test]
fn every_coding_gives_the_same_tone() {
    for coding in [
        coding(PCM, 16, 16_000, 1),
        coding(PCM, 16, 44_100, 2),
        coding(PCM, 8, 8_000, 1),
        coding(PCM, 24, 48_000, 1),
        coding(PCM, 32, 96_000, 2),
        coding(FLOAT, 32, 22_050, 1),
        coding(FLOAT, 64, 11_025, 2),
        coding(EXTENSIBLE, 16, 48_000, 6),
        coding(EXTENSIBLE, 24, 44_100, 2),
    ] {
        assert_eq!(
            check(&encode(coding, &tone(coding.rate, 1000))),
            format!(
                "16000 samples at 0.35 from {} Hz x {}",
                coding.rate, coding.channels
            ),
            "{coding:?}"
        );
    }
    assert_eq!(
        check(&encode_flac(44_100, &tone(44_100, 1000))),
        "16000 samples at 0.35 from 44100 Hz x 1"
    );
}

#[test]
fn lengths_in_the_header_are_not_trusted() {
    let whole = encode(PLAIN, &tone(16_000, 1000));
    let patched = |riff: u32, data: u32| {
        let mut bytes = whole.clone();
        let at = bytes.len() - 32_000 - 4;
        bytes[4..8].copy_from_slice(&riff.to_le_bytes());
        bytes[at..at + 4].copy_from_slice(&data.to_le_bytes());
        bytes
    };
    let right = "16000 samples at 0.35 from 16000 Hz x 1";
    for (riff, data) in [
        (u32::MAX, u32::MAX),
        (0, 0),
        (36, 32_000),
        (4, 0x7FFF_F000),
        (0x7FFF_F000, 0x7FFF_F000),
    ] {
        assert_eq!(check(&patched(riff, data)), right, "{riff} {data}");
    }
    let cut = &whole[..whole.len() - 16_001];
    assert_eq!(check(cut), "7999 samples at 0.35 from 16000 Hz x 1");
}

#[test]
fn unsound_files_are_explained() {
    let whole = encode(PLAIN, &tone(16_000, 100));
    let noise: Vec<u8> = (0..4000_u32)
        .map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0])
        .collect();
    let silent_rate = encode(coding(PCM, 16, 0, 1), &[0.1; 100]);
    let no_channels = header(coding(PCM, 16, 16_000, 0), &[0; 100]);
    let unknown = header(coding(0x55, 16, 16_000, 1), &[0; 100]);
    let cases: [(&str, &[u8]); 9] = [
        ("zero bytes", b""),
        ("a text", b"this is not a sound, whatever its name says\n"),
        ("noise", &noise),
        ("half a header", &whole[..30]),
        ("no sound after the header", &header(PLAIN, b"")),
        ("half a sample", &header(PLAIN, b"a")),
        ("rate 0", &silent_rate),
        ("no channels", &no_channels),
        ("MP3 in WAV", &unknown),
    ];
    let table: Vec<String> = cases
        .iter()
        .map(|(name, bytes)| format!("{name}: {}", check(bytes)))
        .collect();
    insta::assert_snapshot!(table.join("\n"), @r"
    zero bytes: FILE is empty | hint: record it again
    a text: FILE is not a sound file | hint: give a WAV or FLAC file
    noise: FILE is not a sound file | hint: give a WAV or FLAC file
    half a header: FILE is damaged: it is truncated in its header | hint: record or convert it again
    no sound after the header: FILE is damaged: it holds no samples | hint: record or convert it again
    half a sample: FILE is damaged: it holds no samples | hint: record or convert it again
    rate 0: FILE is damaged: its rate of 0 Hz is not supported | hint: record or convert it again
    no channels: FILE is damaged: malformed stream: riff: invalid channel count | hint: record or convert it again
    MP3 in WAV: the coding of FILE is not supported: wav: unsupported wave format | hint: convert it to 16-bit WAV
    ");
}

#[test]
fn missing_files_and_folders_are_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let missing = folder.path().join("none.wav");
    assert!(matches!(read(&missing, 1), Err(AudioError::Open { .. })));
    assert!(matches!(
        read(folder.path(), 1),
        Err(AudioError::NotAudio { .. })
    ));
    let deep = folder.path().join("no/folder/out.wav");
    let error = write(&deep, &[0.0], 16_000).expect_err("there is no such folder");
    assert!(error.to_string().contains("no/folder/out.wav"), "{error}");
}

#[test]
fn too_long_is_refused() {
    let bytes = encode(PLAIN, &tone(16_000, 3000));
    let error = with_file(&bytes, |path| read(path, 2)).expect_err("3 s are more than 2");
    assert!(
        matches!(error, AudioError::TooLong { max_s: 2, .. }),
        "{error}"
    );
}

#[test]
fn nonsense_in_floats_is_silence() {
    let sound = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 9.0, -9.0, 0.25];
    let bytes = encode(coding(FLOAT, 32, 16_000, 1), &sound);
    let read = with_file(&bytes, |path| read(path, 1)).expect("a sound file");
    assert_eq!(read.samples, [0.0, 0.0, 0.0, 1.0, -1.0, 0.25]);
}

#[test]
fn what_is_written_is_read_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("out.wav");
    write(&path, &[0.5, -1.0, 1.0, f32::NAN, 7.0], 16_000).expect("a folder to write in");
    let sound = read(&path, 1).expect("the file just written");
    let top = 32_767.0 / 32_768.0;
    assert_eq!(sound.samples, [0.5, -1.0, top, 0.0, top]);
    let left: Vec<_> = fs::read_dir(folder.path()).expect("the folder").collect();
    assert_eq!(left.len(), 1, "no temporary file is left");
}

#[test]
fn a_source_gives_every_sample_then_silence_then_the_end() {
    let bytes = encode(coding(PCM, 16, 44_100, 2), &tone(44_100, 1000));
    with_file(&bytes, |path| {
        let whole = read(path, 10).expect("a sound file").samples;
        let mut source = WavSource::open(path, 500).expect("a sound file");
        let mut heard = Vec::new();
        let mut time = SampleTime(0);
        while let Captured::Frame(AudioFrame { start, samples }) = source.next() {
            assert_eq!(start, time);
            time.0 += FRAME_SAMPLES as u64;
            heard.extend(samples);
        }
        assert_eq!(source.next(), Captured::End);
        assert_eq!(heard[..whole.len()], whole);
        assert!(heard[whole.len()..].iter().all(|s| *s == 0.0));
        assert_eq!(
            heard.len(),
            (16_000_usize + 8_000).next_multiple_of(FRAME_SAMPLES)
        );
    });
}
