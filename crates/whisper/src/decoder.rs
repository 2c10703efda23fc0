//! The decoder: what comes next, after any of the texts that were fed.

use ndarray::{Array2, ArrayView2, s};

use crate::WhisperError;
use crate::attention::{Seen, look, look_among};
use crate::encoder::{Sound, States};
use crate::file::Ggml;
use crate::layer::{Attention, Mlp, query_scale};
use crate::math::Norm;
use crate::matrix::{Linear, Matrix};
use crate::vocabulary::Token;

/// A fed token, by its number.
pub type Place = usize;

/// A token and the place after which it stands; `None` is the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feed {
    /// After what.
    pub after: Option<Place>,
    /// The token.
    pub token: Token,
}

/// A tree of texts: everything that was fed, and what the layers remember of
/// it.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// Of each place, the one before.
    before: Vec<Option<Place>>,
    /// Of each layer, keys and values, a row for each place.
    layers: Vec<(Vec<f32>, Vec<f32>)>,
}

impl Text {
    /// Places.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.before.len()
    }

    /// Whether nothing was fed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.before.is_empty()
    }

    /// A place and all before it, from the last.
    fn line(&self, place: Place) -> Vec<Place> {
        std::iter::successors(Some(place), |place| self.before[*place]).collect()
    }
}

#[derive(Debug)]
struct Layer {
    own: Attention,
    cross: Cross,
    mlp: Mlp,
}

/// The attention to the sound.
#[derive(Debug)]
struct Cross {
    norm: Norm,
    query: Linear,
    key: Linear,
    value: Linear,
    out: Linear,
}

/// The decoder.
#[derive(Debug)]
pub struct Decoder {
    /// Tokens x width.
    embedding: Matrix,
    positions: Array2<f32>,
    layers: Vec<Layer>,
    norm: Norm,
    width: usize,
    heads: usize,
}

impl Cross {
    fn load(file: &Ggml, block: &str) -> Result<Self, WhisperError> {
        let linear = |name: &str| file.linear(&[format!("{block}.cross_attn.{name}")]);
        Ok(Self {
            norm: file.norm(&format!("{block}.cross_attn_ln"))?,
            query: linear("query")?,
            key: linear("key")?,
            value: linear("value")?,
            out: linear("out")?,
        })
    }
}

impl Decoder {
    pub fn load(file: &Ggml) -> Result<Self, WhisperError> {
        let shape = &file.shape;
        let layer = |n: usize| {
            let block = format!("decoder.blocks.{n}");
            Ok(Layer {
                own: Attention::load(file, &block, shape.text_width, shape.text_heads)?,
                cross: Cross::load(file, &block)?,
                mlp: Mlp::load(file, &block)?,
            })
        };
        Ok(Self {
            embedding: file.matrix(&["decoder.token_embedding.weight".to_owned()])?,
            positions: file.table("decoder.positional_embedding")?,
            layers: (0..shape.text_layers)
                .map(layer)
                .collect::<Result<_, WhisperError>>()?,
            norm: file.norm("decoder.ln")?,
            width: shape.text_width,
            heads: shape.text_heads,
        })
    }

    /// Keys and values of an encoded sound.
    pub fn listen_to(&self, states: States) -> Sound {
        let of = |layer: &Layer| {
            let cross = &layer.cross;
            let keys = cross.key.times(&states.rows);
            let keys = keys.t().as_standard_layout().into_owned();
            (keys, cross.value.times(&states.rows))
        };
        Sound {
            layers: self.layers.iter().map(of).collect(),
            stands_for: states.stands_for,
        }
    }

    pub fn text(&self) -> Text {
        Text {
            before: Vec::new(),
            layers: self.layers.iter().map(|_| Default::default()).collect(),
        }
    }

    /// See [`crate::Whisper::feed`].
    pub fn feed(
        &self,
        sound: &Sound,
        text: &mut Text,
        feeds: &[Feed],
        scored: usize,
    ) -> Result<Array2<f32>, WhisperError> {
        let first = text.len();
        text.before.extend(feeds.iter().map(|feed| feed.after));
        let lines: Vec<Vec<Place>> = (first..text.len()).map(|place| text.line(place)).collect();
        let most = self.positions.nrows();
        if lines.iter().any(|line| most < line.len()) {
            text.before.truncate(first);
            return Err(WhisperError::TooLong(most));
        }
        let mut state = Array2::zeros((feeds.len(), self.width));
        for ((mut row, feed), line) in state.rows_mut().into_iter().zip(feeds).zip(&lines) {
            let numbers = row.as_slice_mut().expect("rows are whole");
            self.embedding.row(feed.token as usize, numbers);
            row += &self.positions.row(line.len() - 1);
        }
        let memories = text.layers.iter_mut().zip(&sound.layers);
        for (layer, (memory, (keys, values))) in self.layers.iter().zip(memories) {
            let seen = Seen {
                keys: keys.view(),
                values: values.view(),
                stands_for: &sound.stands_for,
            };
            self.pass(layer, &mut state, &lines, memory, seen);
        }
        let last = state.slice(s![feeds.len() - scored.., ..]).to_owned();
        Ok(self.embedding.times(&self.norm.of(&last).view()))
    }

    fn pass(
        &self,
        layer: &Layer,
        state: &mut Array2<f32>,
        lines: &[Vec<Place>],
        (keys, values): &mut (Vec<f32>, Vec<f32>),
        seen: Seen<'_>,
    ) {
        let views = layer.own.views(state);
        append(keys, &views.keys());
        append(values, &views.values());
        let mut taken = Array2::zeros(state.raw_dim());
        let queries = views.queries();
        for ((query, mut taken), line) in
            queries.rows().into_iter().zip(taken.rows_mut()).zip(lines)
        {
            let query = query.to_slice().expect("rows are whole");
            let taken = taken.as_slice_mut().expect("rows are whole");
            look_among(query, self.heads, keys, values, line, taken);
        }
        layer.own.join(state, &taken);
        let cross = &layer.cross;
        let mut queries = cross.query.times(&cross.norm.of(state));
        queries *= query_scale(self.width, self.heads);
        *state += &cross.out.times(&look(&queries.view(), self.heads, seen));
        layer.mlp.pass(state);
    }
}

fn append(rows: &mut Vec<f32>, more: &ArrayView2<'_, f32>) {
    for row in more.rows() {
        rows.extend_from_slice(row.to_slice().expect("rows are whole"));
    }
}
