//! A Whisper with one layer and sixteen numbers a vector goes in, and the file is read
//! back as the program reads it.

use std::io::Cursor;

use mynah_whisper::kernels::Tensors;
use mynah_whisper::{Checkpoint as _, Whisper};

use super::*;

const VOCABULARY: &str = "a\nĠb\nĊ\n<|endoftext|>\n<|startoftranscript|>";
const F16: u8 = 4;
const I16: u8 = 2;
const WIDTH: u32 = 16;
const TOKENS: u32 = 1_600;

/// A variable whose elements count up from `first`, modulo 2,048, as 16-bit floats.
fn variable(name: &str, dims: &[u32], first: u16) -> Vec<u8> {
    let count = u16::try_from(dims.iter().product::<u32>()).unwrap();
    let data: Vec<u8> = (0..count)
        .flat_map(|i| half_of_small((first + i) % 2048).to_le_bytes())
        .collect();
    entry(name, dims, F16, &data)
}

fn entry(name: &str, dims: &[u32], element: u8, data: &[u8]) -> Vec<u8> {
    let mut bytes = u16::try_from(name.len() + 1)
        .unwrap()
        .to_le_bytes()
        .to_vec();
    bytes.extend(name.as_bytes());
    bytes.push(0);
    bytes.push(u8::try_from(dims.len()).unwrap());
    bytes.extend(dims.iter().flat_map(|dim| dim.to_le_bytes()));
    bytes.push(element);
    bytes.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
    bytes.extend(data);
    bytes
}

/// A 16-bit float of a whole number from 0 to 2048.
fn half_of_small(number: u16) -> u16 {
    let Some(top) = number.checked_ilog2() else {
        return 0;
    };
    let top = u16::try_from(top).unwrap();
    (top + 15) << 10 | (number << (10 - top)) & 0x3ff
}

fn whisper() -> Vec<u8> {
    let mut variables = vec![
        entry("encoder/num_heads", &[], I16, &[1, 0]),
        entry("decoder/num_heads", &[], I16, &[1, 0]),
        variable("encoder/conv1/weight", &[WIDTH, 80, 3], 0),
        variable("encoder/conv1/bias", &[WIDTH], 0),
        variable("encoder/conv2/weight", &[WIDTH, WIDTH, 3], 0),
        variable("encoder/conv2/bias", &[WIDTH], 5),
        variable("decoder/embeddings/weight", &[TOKENS, WIDTH], 0),
    ];
    for half in ["encoder", "decoder"] {
        variables.push(variable(
            &format!("{half}/position_encodings/encodings"),
            &[3, WIDTH],
            0,
        ));
        let mut norms = vec![format!("{half}/layer_norm")];
        for part in ["self_attention", "attention", "ffn"] {
            norms.push(format!("{half}/layer_0/{part}/layer_norm"));
        }
        for norm in norms {
            variables.push(variable(&format!("{norm}/gamma"), &[WIDTH], 0));
            variables.push(variable(&format!("{norm}/beta"), &[WIDTH], 0));
        }
        for (linear, rows, columns) in [
            ("self_attention/linear_0", 3 * WIDTH, WIDTH),
            ("self_attention/linear_1", WIDTH, WIDTH),
            ("attention/linear_0", WIDTH, WIDTH),
            ("attention/linear_1", 2 * WIDTH, WIDTH),
            ("attention/linear_2", WIDTH, WIDTH),
            ("ffn/linear_0", 4 * WIDTH, WIDTH),
            ("ffn/linear_1", WIDTH, 4 * WIDTH),
        ] {
            let name = format!("{half}/layer_0/{linear}");
            variables.push(variable(&format!("{name}/weight"), &[rows, columns], 0));
            variables.push(variable(&format!("{name}/bias"), &[rows], 100));
        }
    }
    let mut bytes = 6_u32.to_le_bytes().to_vec();
    bytes.extend([12, 0]);
    bytes.extend(b"WhisperSpec\0");
    bytes.extend(3_u32.to_le_bytes());
    bytes.extend(u32::try_from(variables.len()).unwrap().to_le_bytes());
    bytes.extend(variables.concat());
    bytes.extend(0_u32.to_le_bytes());
    bytes
}

fn converted(model: Vec<u8>) -> Result<Vec<u8>, ConvertError> {
    write_model(&mut Ct2::open(Cursor::new(model), VOCABULARY)?)
}

/// The same model as an older version of the program kept it.
fn as_ggml() -> Vec<u8> {
    let mut model = Ct2::open(Cursor::new(whisper()), VOCABULARY).unwrap();
    let mut bytes = Vec::new();
    let int = |bytes: &mut Vec<u8>, n: usize| {
        bytes.extend(u32::try_from(n).unwrap().to_le_bytes());
    };
    let [audio_heads, audio_layers, text_heads, text_layers] = model.sizes();
    let header = [
        0,
        3,
        16,
        audio_heads,
        audio_layers,
        3,
        16,
        text_heads,
        text_layers,
    ];
    for size in [0x6767_6d6c].into_iter().chain(header).chain([80, 1, 2, 3]) {
        int(&mut bytes, size);
    }
    bytes.extend([0; 4 * 2 * 3]);
    int(&mut bytes, model.words().len());
    for word in model.words() {
        int(&mut bytes, word.len());
        bytes.extend(word);
    }
    for name in names() {
        let Some((dims, numbers)) = model.tensor(&name).unwrap() else {
            continue;
        };
        let is_half = 1 < dims.len();
        for size in [dims.len(), name.len(), usize::from(is_half)] {
            int(&mut bytes, size);
        }
        dims.iter().rev().for_each(|dim| int(&mut bytes, *dim));
        bytes.extend(name.as_bytes());
        for number in numbers {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "small"
            )]
            let half = half_of_small(number as u16).to_le_bytes();
            if is_half {
                bytes.extend(half);
            } else {
                bytes.extend(number.to_le_bytes());
            }
        }
    }
    bytes
}

/// The names of all tensors of the small model.
fn names() -> Vec<String> {
    let mut layers: Vec<String> = [
        "encoder.conv1",
        "encoder.conv2",
        "encoder.ln_post",
        "decoder.ln",
    ]
    .map(String::from)
    .to_vec();
    for half in ["encoder", "decoder"] {
        let parts = "attn_ln attn.query attn.key attn.value attn.out mlp_ln mlp.0 mlp.2";
        layers.extend(
            parts
                .split(' ')
                .map(|part| format!("{half}.blocks.0.{part}")),
        );
    }
    let cross = "cross_attn_ln cross_attn.query cross_attn.key cross_attn.value cross_attn.out";
    layers.extend(
        cross
            .split(' ')
            .map(|part| format!("decoder.blocks.0.{part}")),
    );
    let both = layers
        .iter()
        .flat_map(|layer| [format!("{layer}.weight"), format!("{layer}.bias")]);
    let single = [
        "encoder.positional_embedding",
        "decoder.positional_embedding",
    ];
    let single = single.into_iter().chain(["decoder.token_embedding.weight"]);
    both.chain(single.map(String::from)).collect()
}

/// A row of a quantised matrix, and the sum of what it may be off.
fn check_row(file: &Tensors, name: &str, row: usize, expected: impl Iterator<Item = u16>) {
    let expected: Vec<f32> = expected.map(f32::from).collect();
    let mut weights = vec![0.0; expected.len()];
    file.matrix(name).unwrap().row(row, &mut weights);
    // Half a step of 127 to the largest.
    let most = expected.iter().copied().fold(0.0, f32::max) / 250.0;
    for (weight, expected) in weights.iter().zip(&expected) {
        assert!(
            (weight - expected).abs() <= most,
            "{name}, row {row}: {weights:?}"
        );
    }
}

#[test]
fn a_small_whisper_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.safetensors");
    fs::write(&path, converted(whisper()).unwrap()).unwrap();
    let file = Tensors::open(&path).unwrap();
    // The taps of each channel lie one frame apart.
    let taps = (0..3).flat_map(|tap| (0..16).map(move |channel| 48 + 3 * channel + tap));
    check_row(&file, "encoder.conv2", 1, taps);
    check_row(&file, "decoder.blocks.0.attn.qkv", 17, 272..288);
    check_row(&file, "decoder.blocks.0.cross_attn.key", 0, 0..16);
    check_row(&file, "decoder.blocks.0.cross_attn.value", 0, 256..272);
    let bias = |name: &str| file.vector(&format!("{name}.bias")).unwrap().to_vec();
    let qkv = bias("encoder.blocks.0.attn.qkv");
    assert_eq!(
        (qkv[15], qkv[16], qkv[31], qkv[32]),
        (115.0, 0.0, 0.0, 132.0)
    );
    assert_eq!(bias("decoder.blocks.0.cross_attn.value")[..1], [116.0]);
    assert_eq!(bias("encoder.conv2")[..2], [5.0, 6.0]);

    let whisper = Whisper::load(&path).unwrap();
    let words: Vec<&[u8]> = whisper.words().collect();
    assert_eq!(words, [&b"a"[..], b" b", b"\n"], "only the words, as bytes");
}

#[test]
fn a_ggml_file_gives_the_same_bytes() {
    let ggml = as_ggml();
    let same = write_model(&mut Ggml::open(Cursor::new(&ggml)).unwrap()).unwrap();
    assert!(same == converted(whisper()).unwrap());
    let refused = |bytes: &[u8]| {
        let opened = Ggml::open(Cursor::new(bytes));
        opened
            .map(drop)
            .expect_err("it must be refused")
            .to_string()
    };
    assert!(refused(&ggml[..ggml.len() - 1]).contains("cut off"));
    assert!(refused(b"lmgh, or so").contains("not a ggml file"));
}

#[test]
fn halves_are_read_as_the_standard_says() {
    for (bits, expected) in [
        (0x0000, 0.0),
        (0x3c00, 1.0),
        (0xc000, -2.0),
        (0x7bff, 65504.0),
        (0x0001, 5.960_464_5e-8),
        (0x8400, -6.103_515_6e-5),
        (0x7c00, f32::INFINITY),
    ] {
        assert_eq!(
            f32_from_half(bits).to_bits(),
            f32::to_bits(expected),
            "{bits:#06x}"
        );
    }
    assert!(f32_from_half(0x7e00).is_nan());
}

fn check_refused(model: Vec<u8>, expected: &str) {
    let error = converted(model)
        .expect_err("it must be refused")
        .to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn what_is_no_whisper_is_refused() {
    check_refused(b"GGUF....".to_vec(), "format version");
    check_refused(Vec::new(), "cut off");
    let mut cut = whisper();
    cut.truncate(cut.len() / 2);
    check_refused(cut, "cut off");
    let bytes = whisper();
    let at = bytes.windows(5).position(|five| five == b"conv2").unwrap();
    let mut renamed = bytes;
    renamed[at] = b'k';
    check_refused(renamed, "has no `encoder/conv2/weight`");
}
