//! Weight matrices, 8-bit quantised or in 32-bit floats, and their products with few or
//! many rows.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis};
use rayon::prelude::*;
use wide::{f32x8, i8x16, i16x16, i32x8};

use super::mapped::Values;

/// Weights of a row that share a scale; at most a quarter of a row.
const GROUP: usize = 128;

/// Elements of one vector multiplication; the width of a row is a multiple.
pub const LANES: usize = 16;

/// Up to so many input rows are multiplied directly in integers; for more, a
/// blocked product of unpacked weights is faster.
const FEW: usize = 8;

/// Weight rows that are unpacked at a time: together with the input they fit
/// into the L2 cache.
const BLOCK: usize = 96;

/// Products with fewer multiplications run on one thread.
const WORTH_SHARING: usize = 1 << 20;

/// Weights that rows of input are multiplied with.
pub trait Weights {
    /// Number of rows, that is, of outputs.
    fn rows(&self) -> usize;

    /// Input (n x columns) times the transposed weights: n x rows.
    fn times(&self, input: &ArrayView2<'_, f32>) -> Array2<f32>;
}

/// Quantised weights: one row per output, one scale per 128 columns of a row.
#[derive(Debug)]
pub struct Matrix {
    columns: usize,
    values: Values<i8>,
    scales: Values<f32>,
}

/// The weights of a [`Matrix`], wherever they are.
#[derive(Clone, Copy)]
struct View<'a> {
    columns: usize,
    values: &'a [i8],
    scales: &'a [f32],
}

/// Quantises rows (row-major `weights`) to 8 bits. Gives the values, and the scales of
/// each row's groups.
pub(super) fn quantise(columns: usize, weights: &[f32]) -> (Vec<i8>, Vec<f32>) {
    let mut values = Vec::with_capacity(weights.len());
    let mut scales = Vec::new();
    for row in weights.chunks_exact(columns) {
        for group in row.chunks(GROUP) {
            let most = group.iter().fold(0.0_f32, |most, w| most.max(w.abs()));
            let scale = most / f32::from(i8::MAX);
            let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
            #[expect(clippy::cast_possible_truncation, reason = "at most 127")]
            let eight = |w: &f32| (w * inverse).round() as i8;
            values.extend(group.iter().map(eight));
            scales.push(scale);
        }
    }
    (values, scales)
}

impl Matrix {
    /// `values`: rows x columns; `scales`: rows x groups. `None` if they do not fit to
    /// each other, or if `columns` is not a multiple of [`LANES`].
    #[must_use]
    pub fn new(columns: usize, values: Values<i8>, scales: Values<f32>) -> Option<Self> {
        let whole =
            0 < columns && columns.is_multiple_of(LANES) && values.len().is_multiple_of(columns);
        let fits = whole && values.len() / columns * columns.div_ceil(GROUP) == scales.len();
        fits.then_some(Self {
            columns,
            values,
            scales,
        })
    }

    fn view(&self) -> View<'_> {
        View {
            columns: self.columns,
            values: &self.values,
            scales: &self.scales,
        }
    }

    /// Writes one row, dequantised, to `weights`.
    pub fn row(&self, number: usize, weights: &mut [f32]) {
        self.view().row(number, weights);
    }
}

impl Weights for Matrix {
    fn rows(&self) -> usize {
        self.view().rows()
    }

    fn times(&self, input: &ArrayView2<'_, f32>) -> Array2<f32> {
        self.view().times(input)
    }
}

impl<'a> View<'a> {
    fn rows(self) -> usize {
        self.values.len() / self.columns
    }

    fn row(self, number: usize, weights: &mut [f32]) {
        let (values, scales) = self.packed(number);
        let groups = values.chunks(GROUP).zip(scales);
        for ((group, scale), into) in groups.zip(weights.chunks_mut(GROUP)) {
            for (value, into) in group.iter().zip(into) {
                *into = f32::from(*value) * scale;
            }
        }
    }

    /// One row as stored: values and scales.
    fn packed(self, number: usize) -> (&'a [i8], &'a [f32]) {
        let groups = self.columns.div_ceil(GROUP);
        let values = &self.values[number * self.columns..][..self.columns];
        (values, &self.scales[number * groups..][..groups])
    }

    fn times(self, input: &ArrayView2<'_, f32>) -> Array2<f32> {
        let count = input.nrows();
        let shares = count * self.values.len() >= WORTH_SHARING && rayon::current_num_threads() > 1;
        if count == 0 {
            Array2::zeros((0, self.rows()))
        } else if count <= FEW {
            self.times_few(input, shares)
        } else {
            self.times_many(input, shares)
        }
    }

    fn times_few(self, input: &ArrayView2<'_, f32>, shares: bool) -> Array2<f32> {
        let count = input.nrows();
        let rows: Vec<QuantizedRow> = input
            .outer_iter()
            .map(|row| QuantizedRow::of(row.to_slice().expect("rows are whole")))
            .collect();
        // Transposed, so that threads write to disjoint memory.
        let mut sums = Array2::<f32>::zeros((self.rows(), count));
        let whole = sums.as_slice_mut().expect("fresh");
        let work = |(number, block): (usize, &mut [f32])| {
            for (n, sums) in block.chunks_exact_mut(count).enumerate() {
                let number = number * BLOCK + n;
                let (fours, ones) = rows.as_chunks::<4>();
                let (into_fours, into_ones) = sums.as_chunks_mut::<4>();
                for (four, into) in fours.iter().zip(into_fours) {
                    *into = self.dots(number, four);
                }
                for (one, into) in ones.iter().zip(into_ones) {
                    [*into] = self.dots(number, std::array::from_ref(one));
                }
            }
        };
        if shares {
            let blocks = whole.par_chunks_mut(BLOCK * count);
            blocks.enumerate().for_each(work);
        } else {
            whole.chunks_mut(BLOCK * count).enumerate().for_each(work);
        }
        if count == 1 {
            let (numbers, _) = sums.into_raw_vec_and_offset();
            return Array2::from_shape_vec((1, self.rows()), numbers).expect("as many numbers");
        }
        sums.t().as_standard_layout().into_owned()
    }

    fn times_many(self, input: &ArrayView2<'_, f32>, shares: bool) -> Array2<f32> {
        let (count, rows) = (input.nrows(), self.rows());
        let input = input.as_standard_layout();
        let input = input.as_slice().expect("standard layout");
        let input = MatRef::from_row_major_slice(input, count, self.columns);
        let mut sums = Array2::<f32>::zeros((count, rows));
        let blocks = sums.axis_chunks_iter_mut(Axis(1), BLOCK).enumerate();
        let work = |(number, mut block): (usize, ArrayViewMut2<'_, f32>)| {
            let height = block.ncols();
            let mut weights = vec![0.0; height * self.columns];
            for (n, row) in weights.chunks_exact_mut(self.columns).enumerate() {
                self.row(number * BLOCK + n, row);
            }
            let weights = MatRef::from_row_major_slice(&weights, height, self.columns);
            let mut product = vec![0.0; count * height];
            let into = MatMut::from_row_major_slice_mut(&mut product, count, height);
            matmul(
                into,
                Accum::Replace,
                input,
                weights.transpose(),
                1.0,
                Par::Seq,
            );
            let product = ArrayView2::from_shape((count, height), &product);
            block.assign(&product.expect("as many numbers"));
        };
        if shares {
            let blocks: Vec<_> = blocks.collect();
            blocks.into_par_iter().for_each(work);
        } else {
            blocks.for_each(work);
        }
        sums
    }

    /// The scalar products of a row of weights and input rows.
    fn dots<const N: usize>(self, number: usize, inputs: &[QuantizedRow; N]) -> [f32; N] {
        let (values, scales) = self.packed(number);
        let mut sums = [f32x8::ZERO; N];
        for (group, (weights, scale)) in values.chunks(GROUP).zip(scales).enumerate() {
            let mut products = [i32x8::ZERO; N];
            for (n, lanes) in weights.as_chunks::<LANES>().0.iter().enumerate() {
                let lanes = i16x16::from_i8x16(i8x16::new(*lanes));
                for (product, input) in products.iter_mut().zip(inputs) {
                    let at = group * GROUP / LANES + n;
                    *product += lanes.dot(input.lanes[at]);
                }
            }
            for (sum, product) in sums.iter_mut().zip(products) {
                *sum = f32x8::from_i32x8(product).mul_add(f32x8::splat(*scale), *sum);
            }
        }
        std::array::from_fn(|n| sums[n].reduce_add() * inputs[n].scale)
    }
}

/// An input row quantised to 16 bits: the products of a group are then summed
/// exactly in 32-bit integers.
struct QuantizedRow {
    lanes: Vec<i16x16>,
    scale: f32,
}

impl QuantizedRow {
    fn of(row: &[f32]) -> Self {
        let most = row
            .iter()
            .fold(f32::MIN_POSITIVE, |most, x| most.max(x.abs()));
        let inverse = f32::from(i16::MAX) / most;
        #[expect(clippy::cast_possible_truncation, reason = "within 16 bits")]
        let whole = |x: &f32| (x * inverse).round_ties_even() as i16;
        let lanes = row.as_chunks::<LANES>().0.iter();
        Self {
            lanes: lanes
                .map(|lanes| i16x16::new(lanes.each_ref().map(whole)))
                .collect(),
            scale: most / f32::from(i16::MAX),
        }
    }
}

/// Weights in 32-bit floats: one row per output.
#[derive(Debug)]
pub struct Dense {
    columns: usize,
    values: Values<f32>,
}

impl Dense {
    /// `values`: rows x columns.
    ///
    /// # Panics
    /// When the last row is not whole.
    #[must_use]
    pub fn new(columns: usize, values: Values<f32>) -> Self {
        assert!(
            0 < columns && values.len().is_multiple_of(columns),
            "rows of {columns} numbers are whole"
        );
        Self { columns, values }
    }

    /// One row; `None` behind the last.
    #[must_use]
    pub fn row(&self, number: usize) -> Option<ArrayView1<'_, f32>> {
        let from = number.checked_mul(self.columns)?;
        let row = self.values.get(from..from + self.columns)?;
        Some(row.into())
    }
}

impl Weights for Dense {
    fn rows(&self) -> usize {
        self.values.len() / self.columns
    }

    fn times(&self, input: &ArrayView2<'_, f32>) -> Array2<f32> {
        let weights = ArrayView2::from_shape((self.rows(), self.columns), &self.values);
        input.dot(&weights.expect("rows are whole").t())
    }
}

/// A linear layer over weights of one kind.
#[derive(Debug)]
pub struct Linear<W> {
    weight: W,
    bias: Array1<f32>,
}

impl<W: Weights> Linear<W> {
    /// `bias`: one summand per output. `None` if there are more or fewer.
    pub fn new(weight: W, bias: Array1<f32>) -> Option<Self> {
        (weight.rows() == bias.len()).then_some(Self { weight, bias })
    }

    /// Input rows times the transposed weights, plus the bias.
    pub fn times(&self, input: &Array2<f32>) -> Array2<f32> {
        self.weight.times(&input.view()) + &self.bias
    }
}
