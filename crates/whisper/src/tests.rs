//! Tests each part against its definition, and the whole on a small model with
//! random weights: the logits do not depend on how tokens are batched. Real
//! weights and speech are tested by the speech recogniser that uses this crate.

use std::f32::consts::{LN_2, PI};

use ndarray::{Array2, s};

use super::*;
use crate::kernels::{TensorWriter, Weights as _, dot, exp, gelu_exact_all, softmax};

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

/// A small model with random weights, but without the tensor of this name.
struct Small {
    words: Vec<Vec<u8>>,
    without: &'static str,
}

impl Small {
    fn new(without: &'static str) -> Self {
        let letters = b'a'..b'a' + u8::try_from(WORDS).expect("few");
        Self {
            words: letters.map(|letter| vec![letter]).collect(),
            without,
        }
    }
}

impl Checkpoint for Small {
    type Error = TensorError;

    fn sizes(&self) -> [usize; 4] {
        [HEADS, LAYERS, HEADS, LAYERS]
    }

    fn words(&self) -> &[Vec<u8>] {
        &self.words
    }

    fn tensor(&mut self, name: &str) -> Result<Option<(Vec<usize>, Vec<f32>)>, TensorError> {
        if name == self.without || name.ends_with(".key.bias") {
            return Ok(None);
        }
        let (layer, part) = name.rsplit_once('.').expect("a name of two parts");
        let last = layer.rsplit('.').next().unwrap_or_default();
        let is_matrix = part == "weight" && !layer.ends_with("_ln") && !last.starts_with("ln");
        let dims = match (layer, part) {
            ("encoder.conv1", "weight") => vec![WIDTH, MELS, 3],
            ("encoder.conv2", "weight") => vec![WIDTH, WIDTH, 3],
            ("encoder", _) => vec![POSITIONS, WIDTH],
            ("decoder", _) => vec![TEXT_POSITIONS, WIDTH],
            ("decoder.token_embedding", _) => vec![VOCABULARY, WIDTH],
            _ if layer.ends_with("mlp.0") && is_matrix => vec![4 * WIDTH, WIDTH],
            _ if layer.ends_with("mlp.0") => vec![4 * WIDTH],
            _ if layer.ends_with("mlp.2") && is_matrix => vec![WIDTH, 4 * WIDTH],
            _ if is_matrix => vec![WIDTH, WIDTH],
            _ => vec![WIDTH],
        };
        let seed = name.bytes().map(u32::from);
        let mut numbers = Numbers(seed.fold(7, |seed, byte| seed.wrapping_mul(31) + byte));
        let count = dims.iter().product();
        let values = (0..count).map(|_| 0.3 * numbers.next()).collect();
        Ok(Some((dims, values)))
    }
}

/// The file of the small model.
fn write(path: &Path) -> Vec<u8> {
    let bytes = write_model(&mut Small::new("")).expect("a whole model");
    std::fs::write(path, &bytes).expect("a model can be written");
    bytes
}

fn model() -> Whisper {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("small.safetensors");
    write(&path);
    // A mapping keeps the file.
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

    let missing = "decoder.blocks.1.mlp.0.weight";
    let error = write_model(&mut Small::new(missing)).expect_err("it is not whole");
    assert!(error.to_string().contains(missing), "{error}");

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.safetensors");
    let bytes = write(&path);
    let check = |content: &[u8], expected: &str| {
        std::fs::write(&path, content).expect("it can be written");
        let error = Whisper::load(&path).expect_err("it is damaged").to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(&bytes[..bytes.len() - 9], "not fully covered");
    check(b"GGUF, or something else", "not a file of tensors");
    check(b"", "empty");
    let other = TensorWriter::default().finish("other", "1");
    check(&other.expect("an empty file"), "not a Whisper model");
    let name = b"decoder.blocks.1.mlp.0.weight";
    let at = bytes.windows(name.len()).position(|part| part == name);
    let mut renamed = bytes;
    renamed[at.expect("its header names it")] = b'k';
    check(&renamed, "the file has no `decoder.blocks.1.mlp.0.weight`");
    std::fs::remove_file(&path).expect("it was there");
    let error = Whisper::load(&path).expect_err("it is gone").to_string();
    assert!(error.contains("No such file"), "{error}");
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    let bytes = || write_model(&mut Small::new("")).expect("a whole model");
    assert!(bytes() == bytes());
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
    // 0.5 x (1 + erf(x / sqrt 2)), from tables.
    let mut bent = Array2::from_shape_vec((1, 4), vec![-1.0, 0.0, 0.5, 2.0]).expect("four");
    gelu_exact_all(&mut bent);
    assert_close(
        bent.as_slice().expect("fresh"),
        &[-0.158_655_25, 0.0, 0.345_731_23, 1.954_499_7],
        1e-6,
    );
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
    let mut writer = TensorWriter::default();
    let added = writer.add_matrix("m", 144, weights.as_slice().expect("fresh"));
    added.expect("whole rows");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("m.safetensors");
    let bytes = writer.finish("kind", "m").expect("a file");
    std::fs::write(&path, bytes).expect("it can be written");
    let matrix = Tensors::open(&path).and_then(|file| file.matrix("m"));
    let matrix = matrix.expect("a good file");
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
    let mel = Mel::with_filters(MELS, filters);
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
