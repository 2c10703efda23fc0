//! Tests each part against its definition, and the whole on a small model with
//! random weights: the logits do not depend on how tokens are batched. Real
//! weights and speech are tested by the speech recogniser that uses this crate.

use std::f32::consts::{LN_2, PI};
use std::io::Write as _;

use ndarray::{Array2, s};

use super::*;
use crate::math::{dot, exp, log_softmax, softmax};
use crate::matrix::Matrix;

const MELS: usize = 16;
const WIDTH: usize = 64;
const HEADS: usize = 2;
const LAYERS: usize = 2;
const POSITIONS: usize = 200;
const TEXT_POSITIONS: usize = 12;
const WORDS: usize = 20;
/// Text tokens, then special tokens and timestamps.
const VOCABULARY: usize = WORDS + 1508;

/// A pseudo-random sequence between -1 and 1.
struct Numbers(u32);

impl Numbers {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        #[expect(clippy::cast_precision_loss, reason = "24 bits fit")]
        let share = (self.0 >> 8) as f32 / (1_u32 << 23) as f32;
        share - 1.0
    }

    fn rows(&mut self, rows: usize, columns: usize) -> Array2<f32> {
        Array2::from_shape_simple_fn((rows, columns), || self.next())
    }
}

/// Writes a small model; a tensor named `without` is left out.
fn write_model(path: &Path, without: &str) {
    let mut bytes = Vec::new();
    let int = |bytes: &mut Vec<u8>, n: usize| {
        bytes.extend(u32::try_from(n).expect("small").to_le_bytes());
    };
    let sizes = [
        0x6767_6d6c,
        VOCABULARY,
        POSITIONS,
        WIDTH,
        HEADS,
        LAYERS,
        TEXT_POSITIONS,
        WIDTH,
        HEADS,
        LAYERS,
        MELS,
        1,
        MELS,
        201,
    ];
    for size in sizes {
        int(&mut bytes, size);
    }
    let mut numbers = Numbers(7);
    for _ in 0..MELS * 201 {
        bytes.extend(numbers.next().abs().to_le_bytes());
    }
    int(&mut bytes, WORDS);
    for letter in b'a'..b'a' + u8::try_from(WORDS).expect("few") {
        int(&mut bytes, 1);
        bytes.push(letter);
    }
    let mut tensor = |name: &str, dims: &[usize]| {
        if name == without {
            return;
        }
        int(&mut bytes, dims.len());
        int(&mut bytes, name.len());
        int(&mut bytes, 0);
        for dim in dims.iter().rev() {
            int(&mut bytes, *dim);
        }
        bytes.extend(name.as_bytes());
        for _ in 0..dims.iter().product() {
            bytes.extend((0.3 * numbers.next()).to_le_bytes());
        }
    };
    tensor("encoder.conv1.weight", &[WIDTH, MELS, 3]);
    tensor("encoder.conv1.bias", &[WIDTH, 1]);
    tensor("encoder.conv2.weight", &[WIDTH, WIDTH, 3]);
    tensor("encoder.conv2.bias", &[WIDTH, 1]);
    tensor("encoder.positional_embedding", &[POSITIONS, WIDTH]);
    tensor("decoder.positional_embedding", &[TEXT_POSITIONS, WIDTH]);
    tensor("decoder.token_embedding.weight", &[VOCABULARY, WIDTH]);
    let mut pair = |name: &str, dims: &[usize]| {
        tensor(&format!("{name}.weight"), dims);
        if name.rsplit('.').next() != Some("key") {
            tensor(&format!("{name}.bias"), &dims[..1]);
        }
    };
    pair("encoder.ln_post", &[WIDTH]);
    pair("decoder.ln", &[WIDTH]);
    for (half, attentions) in [
        ("encoder", &["attn"][..]),
        ("decoder", &["attn", "cross_attn"]),
    ] {
        for n in 0..LAYERS {
            let block = format!("{half}.blocks.{n}");
            for attention in attentions {
                pair(&format!("{block}.{attention}_ln"), &[WIDTH]);
                for part in ["query", "key", "value", "out"] {
                    pair(&format!("{block}.{attention}.{part}"), &[WIDTH, WIDTH]);
                }
            }
            pair(&format!("{block}.mlp_ln"), &[WIDTH]);
            pair(&format!("{block}.mlp.0"), &[4 * WIDTH, WIDTH]);
            pair(&format!("{block}.mlp.2"), &[WIDTH, 4 * WIDTH]);
        }
    }
    std::fs::File::create(path)
        .and_then(|mut file| file.write_all(&bytes))
        .expect("a model can be written");
}

fn model() -> Whisper {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("small.bin");
    write_model(&path, "");
    Whisper::load(&path).expect("a good file")
}

fn noise(seconds: f32) -> Vec<f32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small"
    )]
    let count = (seconds * 16_000.0) as usize;
    let mut numbers = Numbers(3);
    (0..count).map(|_| 0.1 * numbers.next()).collect()
}

fn feed(parent: Option<CacheIndex>, token: Token) -> TokenAt {
    TokenAt { parent, token }
}

fn assert_close(a: &[f32], b: &[f32], most: f32) {
    assert_eq!(a.len(), b.len());
    let off = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    let worst = off.fold(0.0_f32, f32::max);
    assert!(worst < most, "off by {worst}");
}

#[test]
fn batching_does_not_change_the_logits() {
    let whisper = model();
    let sound = whisper.encode(&noise(1.0), &|| true).expect("a sound");
    let tokens: Vec<Token> = vec![3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
    let feeds: Vec<TokenAt> = tokens
        .iter()
        .enumerate()
        .map(|(n, &token)| feed(n.checked_sub(1), token))
        .collect();
    let mut at_once = whisper.new_cache();
    let rows = whisper
        .feed(&sound, &mut at_once, &feeds, 10)
        .expect("it fits");
    assert_eq!(rows.dim(), (10, VOCABULARY));
    let mut by_one = whisper.new_cache();
    for (n, one) in feeds.iter().enumerate() {
        let row = whisper
            .feed(&sound, &mut by_one, &[*one], 1)
            .expect("it fits");
        // Ten rows are multiplied in 32 bits, single ones in 16.
        assert_close(&row.row(0).to_vec(), &rows.row(n).to_vec(), 0.02);
    }
}

#[test]
fn branches_do_not_affect_each_other() {
    let whisper = model();
    let sound = whisper.encode(&noise(0.5), &|| true).expect("a sound");
    let mut tree = whisper.new_cache();
    whisper
        .feed(&sound, &mut tree, &[feed(None, 1)], 0)
        .expect("it fits");
    let two = [feed(Some(0), 2), feed(Some(0), 3)];
    let two = whisper.feed(&sound, &mut tree, &two, 2).expect("it fits");
    let deeper = [feed(Some(2), 4), feed(Some(1), 4), feed(Some(1), 5)];
    let deeper = whisper
        .feed(&sound, &mut tree, &deeper, 3)
        .expect("it fits");
    let alone = |tokens: &[Token]| {
        let mut line = whisper.new_cache();
        let mut row = Vec::new();
        for (n, &token) in tokens.iter().enumerate() {
            let next = [feed(n.checked_sub(1), token)];
            let rows = whisper.feed(&sound, &mut line, &next, 1).expect("it fits");
            row = rows.row(0).to_vec();
        }
        row
    };
    assert_close(&two.row(1).to_vec(), &alone(&[1, 3]), 1e-3);
    assert_close(&deeper.row(0).to_vec(), &alone(&[1, 3, 4]), 1e-3);
    assert_close(&deeper.row(1).to_vec(), &alone(&[1, 2, 4]), 1e-3);
    let differ =
        dot(&alone(&[1, 2, 4]), &alone(&[1, 3, 4])) - dot(&alone(&[1, 2, 4]), &alone(&[1, 2, 4]));
    assert!(differ.abs() > 0.1, "the model listens to nothing");
}

#[test]
fn thinned_silence_is_close_to_full_silence() {
    // The same audio with all positions of its silence; and thinned out, but
    // without the counts.
    let whisper = model();
    let thinned = whisper.encode(&noise(0.6), &|| true).expect("a sound");
    let mut longer = noise(0.6);
    longer.resize(POSITIONS * POSITION_SAMPLES, 0.0);
    let whole = whisper.encode(&longer, &|| true).expect("a sound");
    assert_eq!(whole.log_counts.len(), POSITIONS);
    assert!(
        thinned.log_counts.len() < 70,
        "{}",
        thinned.log_counts.len()
    );
    let mut miscounted = whisper.encode(&noise(0.6), &|| true).expect("a sound");
    miscounted.log_counts.fill(0.0);
    let score = |sound: &EncodedAudio| {
        let rows = whisper.feed(sound, &mut whisper.new_cache(), &[feed(None, 1)], 1);
        rows.expect("it fits").row(0).to_owned()
    };
    let off = |sound: &EncodedAudio| (score(sound) - score(&whole)).mapv(|x| x * x).sum().sqrt();
    let (thinned, miscounted) = (off(&thinned), off(&miscounted));
    assert!(3.0 * thinned < miscounted, "{thinned}, {miscounted}");
}

#[test]
fn impossible_input_is_an_error() {
    let whisper = model();
    let sound = whisper.encode(&[], &|| true).expect("silence");
    let mut text = whisper.new_cache();
    let long: Vec<TokenAt> = (0..=TEXT_POSITIONS)
        .map(|n| feed(n.checked_sub(1), 1))
        .collect();
    let error = whisper.feed(&sound, &mut text, &long, 1);
    assert!(matches!(error, Err(WhisperError::TooLong(TEXT_POSITIONS))));
    assert!(text.is_empty(), "nothing of it is kept");
    let error = whisper.encode(&noise(0.1), &|| false);
    assert!(matches!(error, Err(WhisperError::Cancelled)));

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.bin");
    let check = |expected: &str| {
        let error = Whisper::load(&path).expect_err("it is damaged").to_string();
        assert!(error.contains(expected), "{error}");
    };
    write_model(&path, "decoder.blocks.1.mlp.0.weight");
    check("the file has no `decoder.blocks.1.mlp.0.weight`");
    let bytes = std::fs::read(&path).expect("it was written");
    std::fs::write(&path, &bytes[..bytes.len() - 9]).expect("it can be cut");
    check("truncated");
    std::fs::write(&path, b"GGUF, or something else").expect("it can be written");
    check("not a ggml file");
    std::fs::remove_file(&path).expect("it was there");
    check("No such file");
}

#[test]
fn functions_match_their_definitions() {
    for step in -80_i16..=80 {
        let x = f32::from(step) / 2.0;
        assert!((exp(x) / x.exp() - 1.0).abs() < 1e-6, "e^{x}");
    }
    assert!(exp(-1_000.0) < 1e-37 && exp(-1_000.0) > 0.0);
    let mut shares = vec![0.0, LN_2, 2.0 * LN_2];
    softmax(&mut shares);
    assert_close(&shares, &[1.0 / 7.0, 2.0 / 7.0, 4.0 / 7.0], 1e-6);
    let mut logs = vec![1.0; 20];
    log_softmax(&mut logs);
    assert_close(&logs, &[-(20.0_f32).ln(); 20], 1e-6);
    let mut numbers = Numbers(5);
    let rows = numbers.rows(2, 77);
    let expected: f32 = (0..77).map(|n| rows[(0, n)] * rows[(1, n)]).sum();
    let rows: Vec<Vec<f32>> = rows.rows().into_iter().map(|row| row.to_vec()).collect();
    assert!((dot(&rows[0], &rows[1]) - expected).abs() < 1e-5);
}

#[test]
fn a_quantised_product_is_close_to_that_of_its_weights() {
    let mut numbers = Numbers(11);
    let weights = numbers.rows(203, 144);
    let mut matrix = Matrix::new(144);
    matrix.extend(weights.as_slice().expect("fresh"));
    assert_eq!(matrix.rows(), 203);
    for count in [0, 1, 3, 4, 7, 8, 9, 40] {
        let input = numbers.rows(count, 144);
        let product = matrix.times(&input.view());
        let expected = input.dot(&weights.t());
        let all = |rows: &Array2<f32>| rows.iter().copied().collect::<Vec<_>>();
        assert_close(&all(&product), &all(&expected), 0.08);
        // A row of a batch equals the row computed alone.
        for n in 0..count.min(8) {
            let alone = matrix.times(&input.slice(s![n..=n, ..]));
            assert_close(&alone.row(0).to_vec(), &product.row(n).to_vec(), 2e-3);
        }
    }
}

#[test]
fn a_tone_is_in_its_band() {
    // Bands of one frequency each, 40 Hz apart; a tone of 400 Hz.
    let mut filters = vec![0.0; MELS * 201];
    for band in 0..MELS {
        filters[band * 201 + band] = 1.0;
    }
    let mel = Mel::new(MELS, filters);
    #[expect(clippy::cast_precision_loss, reason = "small")]
    let tone: Vec<f32> = (0..16_000)
        .map(|n| (2.0 * PI * 400.0 * n as f32 / 16_000.0).sin())
        .collect();
    let spectrum = mel.spectrum(&tone);
    assert_eq!(spectrum.frames.dim(), (102, MELS));
    for frame in spectrum.frames.rows().into_iter().skip(2).take(95) {
        let loudest = frame.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        assert_eq!(loudest.map(|(band, _)| band), Some(10));
        // Hann's window gives half of its 400 samples to a tone: amplitude 100
        // at its frequency, power 10^4.
        assert!((frame[10] - (4.0 + 4.0) / 4.0).abs() < 1e-3, "{frame}");
        assert!((frame[0] - spectrum.silence).abs() < 1e-3, "{frame}");
    }
}
