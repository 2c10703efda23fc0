//! The protocol buffer fields of an ONNX `ModelProto` that identify nodes and tensors.
//! Field numbers are those of `onnx.proto3`.

pub(super) const MODEL_GRAPH: u32 = 7;
pub(super) const GRAPH_NODE: u32 = 1;
pub(super) const GRAPH_INITIALIZER: u32 = 5;
pub(super) const NODE_INPUT: u32 = 1;
pub(super) const NODE_OUTPUT: u32 = 2;
pub(super) const NODE_NAME: u32 = 3;
pub(super) const TENSOR_NAME: u32 = 8;

/// The bytes of the field with this number.
pub(super) fn name(message: &[u8], number: u32) -> Option<&[u8]> {
    let mut fields = Fields(message).map_while(|field| field);
    fields.find(|field| field.number == number)?.bytes()
}

pub(super) fn write_bytes(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    write_varint(out, u64::from(number << 3 | u32::from(BYTES)));
    write_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

pub(super) fn write_varint(out: &mut Vec<u8>, mut value: u64) {
    while let rest @ 1.. = value >> 7 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value = rest;
    }
    out.push(value.to_le_bytes()[0]);
}

/// Protocol buffer wire types.
const VARINT: u8 = 0;
const EIGHT: u8 = 1;
const BYTES: u8 = 2;
const FOUR: u8 = 5;

/// One field of a message.
pub(super) struct Field<'a> {
    pub(super) number: u32,
    wire: u8,
    /// Including the tag.
    pub(super) whole: &'a [u8],
    /// Excluding tag and length.
    content: &'a [u8],
}

impl<'a> Field<'a> {
    pub(super) fn bytes(&self) -> Option<&'a [u8]> {
        (self.wire == BYTES).then_some(self.content)
    }
}

/// The fields of a message; `None`, once, if it is damaged.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Option<Field<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let message = std::mem::take(&mut self.0);
        Some(field(message).inspect(|field| self.0 = &message[field.whole.len()..]))
    }
}

/// The first field of a message.
pub(super) fn field(message: &[u8]) -> Option<Field<'_>> {
    let (tag, after_tag) = varint(message)?;
    let wire = tag.to_le_bytes()[0] & 7;
    let (length, rest) = match wire {
        VARINT => (after_tag.len() - varint(after_tag)?.1.len(), after_tag),
        EIGHT => (8, after_tag),
        FOUR => (4, after_tag),
        BYTES => {
            let (length, rest) = varint(after_tag)?;
            (usize::try_from(length).ok()?, rest)
        }
        _ => return None,
    };
    let content = rest.get(..length)?;
    Some(Field {
        number: u32::try_from(tag >> 3).ok()?,
        wire,
        whole: &message[..message.len() - rest.len() + length],
        content,
    })
}

/// A varint: up to ten bytes of seven bits each, the lowest first.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (index, &byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}
