//! A Whisper with one layer and two numbers a vector goes in, and the ggml
//! file is read back by a reader of its own.

use std::collections::BTreeMap;
use std::io::Cursor;

use super::*;

const VOCABULARY: &str = "a\nĠb\nĊ\n<|endoftext|>\n<|startoftranscript|>";
const F16: u8 = 4;
const I16: u8 = 2;

/// A variable whose elements count up from `first`, as 16-bit floats.
fn variable(name: &str, dims: &[u32], first: u16) -> Vec<u8> {
    let count = u16::try_from(dims.iter().product::<u32>()).unwrap();
    let data: Vec<u8> = (0..count)
        .flat_map(|i| half_of_small(first + i).to_le_bytes())
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
        variable("encoder/conv1/weight", &[2, 80, 3], 0),
        variable("encoder/conv1/bias", &[2], 0),
        variable("encoder/conv2/weight", &[2, 2, 3], 0),
        variable("encoder/conv2/bias", &[2], 5),
        variable("decoder/embeddings/weight", &[5, 2], 0),
    ];
    for half in ["encoder", "decoder"] {
        variables.push(variable(
            &format!("{half}/position_encodings/encodings"),
            &[3, 2],
            0,
        ));
        let mut norms = vec![format!("{half}/layer_norm")];
        for part in ["self_attention", "attention", "ffn"] {
            norms.push(format!("{half}/layer_0/{part}/layer_norm"));
        }
        for norm in norms {
            variables.push(variable(&format!("{norm}/gamma"), &[2], 0));
            variables.push(variable(&format!("{norm}/beta"), &[2], 0));
        }
        for (linear, rows, columns) in [
            ("self_attention/linear_0", 6, 2),
            ("self_attention/linear_1", 2, 2),
            ("attention/linear_0", 2, 2),
            ("attention/linear_1", 4, 2),
            ("attention/linear_2", 2, 2),
            ("ffn/linear_0", 8, 2),
            ("ffn/linear_1", 2, 8),
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

fn convert(model: Vec<u8>) -> Result<Vec<u8>, ConvertError> {
    let mut out = Vec::new();
    whisper_ct2_to_ggml(Cursor::new(model), VOCABULARY, &mut out)?;
    Ok(out)
}

/// A reader of ggml files that shares nothing with the writer.
struct Ggml<'a>(&'a [u8]);

impl<'a> Ggml<'a> {
    fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (head, rest) = self.0.split_at(count);
        self.0 = rest;
        head
    }

    fn int(&mut self) -> usize {
        u32::from_le_bytes(self.bytes(4).try_into().unwrap()) as usize
    }

    fn floats(&mut self, count: usize) -> Vec<f32> {
        self.bytes(4 * count)
            .as_chunks()
            .0
            .iter()
            .map(|four| f32::from_le_bytes(*four))
            .collect()
    }

    /// Name to dimensions and values of 32-bit or first pattern of 16-bit.
    fn tensors(&mut self) -> BTreeMap<String, (Vec<usize>, Vec<f32>)> {
        let mut tensors = BTreeMap::new();
        while !self.0.is_empty() {
            let [rank, length, element] = [self.int(), self.int(), self.int()];
            let dims: Vec<_> = (0..rank).map(|_| self.int()).collect();
            let name = String::from_utf8(self.bytes(length).to_vec()).unwrap();
            let count = dims.iter().product();
            let values = if element == 0 {
                self.floats(count)
            } else {
                let raw = self.bytes(2 * count);
                let halves = raw.as_chunks().0.iter().map(|two| u16::from_le_bytes(*two));
                halves.map(f32_from_half).collect()
            };
            assert!(
                tensors.insert(name.clone(), (dims, values)).is_none(),
                "{name} twice"
            );
        }
        tensors
    }
}

#[test]
fn a_small_whisper_reads_back() {
    let bytes = convert(whisper()).unwrap();
    let mut ggml = Ggml(&bytes);
    assert_eq!(ggml.int(), 0x6767_6d6c);
    let header: Vec<_> = (0..11).map(|_| ggml.int()).collect();
    assert_eq!(header, [5, 3, 2, 1, 1, 3, 2, 1, 1, 80, 1]);
    let filters = [ggml.int(), ggml.int()];
    assert_eq!(filters, [80, 201]);
    ggml.floats(80 * 201);
    let tokens: Vec<_> = (0..ggml.int())
        .map(|_| {
            let length = ggml.int();
            ggml.bytes(length)
        })
        .collect();
    assert_eq!(
        tokens,
        [&b"a"[..], b" b", b"\n"],
        "only the words, as bytes"
    );

    let tensors = ggml.tensors();
    // 11 outside the blocks, 15 in an encoder's, 24 in a decoder's.
    assert_eq!(tensors.len(), 11 + 15 + 24);
    assert_eq!(tensors["encoder.conv2.weight"].0, [3, 2, 2]);
    assert_eq!(tensors["encoder.conv2.bias"], (vec![1, 2], vec![5.0, 6.0]));
    let value = "decoder.blocks.0.attn.value";
    let weight = (vec![2, 2], vec![8.0, 9.0, 10.0, 11.0]);
    assert_eq!(
        tensors[&format!("{value}.weight")],
        weight,
        "the last third of the rows"
    );
    assert_eq!(
        tensors[&format!("{value}.bias")],
        (vec![2], vec![104.0, 105.0])
    );
    let cross = &tensors["decoder.blocks.0.cross_attn.value.weight"];
    assert_eq!(cross.1, [4.0, 5.0, 6.0, 7.0], "the second half of the rows");
    assert!(!tensors.contains_key("decoder.blocks.0.attn.key.bias"));
    assert!(!tensors.contains_key("encoder.blocks.0.cross_attn.query.weight"));
}

#[test]
fn the_filters_have_slaney_s_figures() {
    let mut bytes = Vec::new();
    write_filters(80, &mut bytes).unwrap();
    let mut ggml = Ggml(&bytes);
    ggml.bytes(8);
    let weights = ggml.floats(80 * 201);
    // The first filter peaks at 37.2 Hz; the bin at 40 Hz is on its way down.
    let close = |index: usize, expected: f32| {
        assert!(
            (weights[index] - expected).abs() < 1e-5,
            "{} at {index}",
            weights[index]
        );
    };
    close(0, 0.0);
    close(1, 0.024_862_6);
    close(201 + 2, 0.022_871_9);
    for (nth, filter) in weights.chunks(201).enumerate() {
        let area: f32 = filter.iter().sum::<f32>() * 40.0;
        assert!((area - 1.0).abs() < 0.2, "filter {nth} has area {area}");
    }
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
    let error = convert(model).expect_err("it must be refused").to_string();
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
