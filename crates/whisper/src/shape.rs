//! The file of a Whisper model: sizes, vocabulary and the names of its tensors, written
//! from a model in another format and read back.

use crate::WhisperError;
use crate::kernels::{TensorError, TensorWriter, Tensors};
use crate::vocabulary::Words;

/// The note that tells the format of the file, and its version. The version changes with
/// the names, the quantisation, or the order of weights.
const FORMAT: &str = "mynah-whisper";
const VERSION: &str = "1";

/// `[heads, layers]` of the encoder, then of the decoder.
const SIZES: &str = "sizes";
const WORDS: &str = "vocabulary.bytes";
/// The end of each word in [`WORDS`].
const ENDS: &str = "vocabulary.ends";

/// The sizes of the encoder or the decoder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Half {
    pub width: usize,
    pub heads: usize,
    pub layers: usize,
}

/// The sizes of a model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub encoder: Half,
    pub decoder: Half,
    /// Number of mel bands.
    pub bands: usize,
}

/// A Whisper in another format, read by the names that the authors' own code gives to the
/// tensors, such as `encoder.blocks.0.attn.query.weight`.
pub trait Checkpoint {
    /// Why it cannot be read, or not be written anew.
    type Error: From<TensorError>;

    /// Heads and layers of the encoder, then of the decoder.
    fn sizes(&self) -> [usize; 4];

    /// The bytes of the text tokens, in the order of the tokens.
    fn words(&self) -> &[Vec<u8>];

    /// The dimensions of a tensor, from the outermost, and its numbers. `None` if the
    /// model has no such tensor.
    ///
    /// # Errors
    /// When it cannot be read.
    #[expect(clippy::type_complexity, reason = "a shape and numbers")]
    fn tensor(&mut self, name: &str) -> Result<Option<(Vec<usize>, Vec<f32>)>, Self::Error>;
}

/// Writes the file of a model, its weights quantised to 8 bits. The same model gives the
/// same bytes, whatever format it comes from.
///
/// # Errors
/// When a tensor is missing, cannot be read, or does not fit to the others.
pub fn write_model<C: Checkpoint>(model: &mut C) -> Result<Vec<u8>, C::Error> {
    let sizes = model.sizes();
    let [_, encoder_layers, _, decoder_layers] = sizes;
    let mut writer = Writer {
        model,
        out: TensorWriter::default(),
    };
    writer.header(sizes)?;
    for name in ["encoder.conv1", "encoder.conv2"] {
        writer.convolution(name)?;
    }
    for half in ["encoder", "decoder"] {
        writer.copy(&format!("{half}.positional_embedding"))?;
    }
    writer.norm("encoder.ln_post")?;
    writer.norm("decoder.ln")?;
    let name = "decoder.token_embedding";
    let (dims, weights) = writer.tensor(&format!("{name}.weight"))?;
    let columns = dims.last().copied().unwrap_or(0);
    writer.out.add_matrix(name, columns, &weights)?;
    for n in 0..encoder_layers {
        writer.block(&format!("encoder.blocks.{n}"), false)?;
    }
    for n in 0..decoder_layers {
        writer.block(&format!("decoder.blocks.{n}"), true)?;
    }
    Ok(writer.out.finish(FORMAT, VERSION)?)
}

struct Writer<'a, C> {
    model: &'a mut C,
    out: TensorWriter,
}

impl<C: Checkpoint> Writer<'_, C> {
    fn header(&mut self, sizes: [usize; 4]) -> Result<(), TensorError> {
        let small = |size: usize| {
            u32::try_from(size).map_err(|_| TensorError::Format(format!("a size of {size}")))
        };
        let sizes = sizes
            .into_iter()
            .map(small)
            .collect::<Result<Vec<_>, _>>()?;
        self.out.add(SIZES, &[sizes.len()], &sizes);
        let words = self.model.words();
        let ends = words.iter().scan(0, |end, word| {
            *end += word.len();
            Some(small(*end))
        });
        let ends = ends.collect::<Result<Vec<_>, _>>()?;
        let bytes = words.concat();
        self.out.add(WORDS, &[bytes.len()], &bytes);
        self.out.add(ENDS, &[ends.len()], &ends);
        Ok(())
    }

    fn tensor(&mut self, name: &str) -> Result<(Vec<usize>, Vec<f32>), C::Error> {
        let missing = || TensorError::Format(format!("the model has no `{name}`"));
        Ok(self.model.tensor(name)?.ok_or_else(missing)?)
    }

    fn copy(&mut self, name: &str) -> Result<(), C::Error> {
        let (dims, numbers) = self.tensor(name)?;
        self.out.add(name, &dims, &numbers);
        Ok(())
    }

    /// A bias as a vector: some formats store that of a convolution as a column.
    fn bias(&mut self, name: &str) -> Result<(), C::Error> {
        let (_, numbers) = self.tensor(name)?;
        self.out.add(name, &[numbers.len()], &numbers);
        Ok(())
    }

    fn norm(&mut self, name: &str) -> Result<(), C::Error> {
        self.bias(&format!("{name}.weight"))?;
        self.bias(&format!("{name}.bias"))
    }

    /// The linear layers `parts` as one, concatenated by rows; a missing bias is zero.
    fn linear(&mut self, name: &str, parts: &[String]) -> Result<(), C::Error> {
        let (mut weights, mut bias, mut columns) = (Vec::new(), Vec::new(), 0);
        for part in parts {
            let (dims, numbers) = self.tensor(&format!("{part}.weight"))?;
            columns = dims.last().copied().unwrap_or(0);
            weights.extend(numbers);
            match self.model.tensor(&format!("{part}.bias"))? {
                Some((_, numbers)) => bias.extend(numbers),
                None => bias.resize(bias.len() + dims.first().copied().unwrap_or(0), 0.0),
            }
        }
        self.out.add_matrix(name, columns, &weights)?;
        self.out.add(format!("{name}.bias"), &[bias.len()], &bias);
        Ok(())
    }

    /// A convolution of kernel size three as a linear layer over three concatenated
    /// frames.
    fn convolution(&mut self, name: &str) -> Result<(), C::Error> {
        let (dims, numbers) = self.tensor(&format!("{name}.weight"))?;
        let [_, channels, 3] = dims[..] else {
            let cause = format!("`{name}` is not a convolution of kernel size three");
            return Err(TensorError::Format(cause).into());
        };
        let mut weights = vec![0.0; numbers.len()];
        let rows = weights.chunks_exact_mut(3 * channels);
        for (row, output) in rows.zip(numbers.chunks_exact(3 * channels)) {
            for (channel, taps) in output.as_chunks::<3>().0.iter().enumerate() {
                for (n, tap) in taps.iter().enumerate() {
                    row[n * channels + channel] = *tap;
                }
            }
        }
        self.out.add_matrix(name, 3 * channels, &weights)?;
        self.bias(&format!("{name}.bias"))
    }

    fn block(&mut self, block: &str, cross: bool) -> Result<(), C::Error> {
        let part = |name: &str| format!("{block}.{name}");
        let own = ["query", "key", "value"].map(|name| part(&format!("attn.{name}")));
        self.linear(&part("attn.qkv"), &own)?;
        let mut single = vec!["attn.out", "mlp.0", "mlp.2"];
        let mut norms = vec!["attn_ln", "mlp_ln"];
        if cross {
            single.extend([
                "cross_attn.query",
                "cross_attn.key",
                "cross_attn.value",
                "cross_attn.out",
            ]);
            norms.push("cross_attn_ln");
        }
        for name in single.into_iter().map(part) {
            self.linear(&name, std::slice::from_ref(&name))?;
        }
        for name in norms.into_iter().map(part) {
            self.norm(&name)?;
        }
        Ok(())
    }
}

/// Reads the sizes and the vocabulary.
pub(crate) fn read(file: &Tensors) -> Result<(Shape, Words), WhisperError> {
    if file.note(FORMAT) != Some(VERSION) {
        let cause = format!("not a Whisper model of this version ({FORMAT} {VERSION})");
        return Err(WhisperError::Format(cause));
    }
    let sizes = file.values::<u32>(SIZES)?;
    let &[audio_heads, audio_layers, text_heads, text_layers] = &*sizes else {
        return Err(WhisperError::Format(format!("`{SIZES}` are not four")));
    };
    let half = |name: &str, heads: u32, layers: u32| {
        let embedding = format!("{name}.positional_embedding");
        let width = file.shape(&embedding)?.last().copied().unwrap_or(0);
        let (heads, layers) = (heads as usize, layers as usize);
        if heads == 0 || width == 0 || !width.is_multiple_of(heads) {
            let cause = format!("the {name} has {heads} heads for a width of {width}");
            return Err(WhisperError::Format(cause));
        }
        Ok(Half {
            width,
            heads,
            layers,
        })
    };
    let columns = file.shape("encoder.conv1.weight")?.last().copied();
    let shape = Shape {
        encoder: half("encoder", audio_heads, audio_layers)?,
        decoder: half("decoder", text_heads, text_layers)?,
        bands: columns.unwrap_or(0) / 3,
    };
    let words = Words::new(file.values(WORDS)?, file.values(ENDS)?);
    let words = words.ok_or_else(|| WhisperError::Format("the vocabulary is damaged".into()))?;
    Ok((shape, words))
}
