//! Multi-head scaled dot-product attention.

use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, Slice};
use rayon::prelude::*;

use super::math::{add_scaled, dot, softmax};

/// Up to so many queries are computed row by row; for more, a blocked matrix
/// product is faster.
const FEW: usize = 8;

/// The keys and values that queries attend to.
#[derive(Clone, Copy, Debug)]
pub struct KeysValues<'a> {
    /// Width x positions.
    pub keys: ArrayView2<'a, f32>,
    /// Positions x width.
    pub values: ArrayView2<'a, f32>,
    /// Added to the scores: for each position, the logarithm of the number of
    /// positions that it represents.
    pub log_counts: &'a [f32],
}

/// The scale of the queries: one over the root of a head's width.
#[expect(clippy::cast_precision_loss, reason = "some ten numbers")]
#[must_use]
pub fn query_scale(width: usize, heads: usize) -> f32 {
    1.0 / ((width / heads) as f32).sqrt()
}

/// Multi-head attention of `queries` (rows x width, already scaled) over `kv`; if
/// `parallel`, the threads of rayon's current pool share the heads. Gives rows x width,
/// the heads side by side.
#[must_use]
pub fn attend(
    queries: &ArrayView2<'_, f32>,
    heads: usize,
    kv: KeysValues<'_>,
    parallel: bool,
) -> Array2<f32> {
    let mut attended = Array2::zeros(queries.raw_dim());
    let width = queries.ncols() / heads;
    let work = |(head, mut attended): (usize, ArrayViewMut2<'_, f32>)| {
        let part = Slice::from(head * width..(head + 1) * width);
        let queries = queries.slice_axis(Axis(1), part);
        let keys = kv.keys.slice_axis(Axis(0), part);
        let values = kv.values.slice_axis(Axis(1), part);
        if queries.nrows() <= FEW {
            attend_few(&queries, &keys, &values, kv.log_counts, &mut attended);
            return;
        }
        let mut weights = queries.dot(&keys);
        for mut row in weights.rows_mut() {
            let row = row.as_slice_mut().expect("fresh");
            for (score, log_count) in row.iter_mut().zip(kv.log_counts) {
                *score += log_count;
            }
            softmax(row);
        }
        attended.assign(&weights.dot(&values));
    };
    let parts = attended.axis_chunks_iter_mut(Axis(1), width).enumerate();
    if !parallel || queries.nrows() <= FEW || rayon::current_num_threads() == 1 {
        parts.for_each(work);
    } else {
        let parts: Vec<_> = parts.collect();
        parts.into_par_iter().for_each(work);
    }
    attended
}

/// As [`attend`], for few queries and one head.
fn attend_few(
    queries: &ArrayView2<'_, f32>,
    keys: &ArrayView2<'_, f32>,
    values: &ArrayView2<'_, f32>,
    log_counts: &[f32],
    attended: &mut ArrayViewMut2<'_, f32>,
) {
    for (query, mut attended) in queries.rows().into_iter().zip(attended.rows_mut()) {
        let mut weights = log_counts.to_vec();
        for (part, keys) in query.iter().zip(keys.rows()) {
            add_scaled(
                &mut weights,
                *part,
                keys.to_slice().expect("rows are whole"),
            );
        }
        softmax(&mut weights);
        let attended = attended.as_slice_mut().expect("rows are whole");
        for (weight, value) in weights.iter().zip(values.rows()) {
            add_scaled(attended, *weight, value.to_slice().expect("rows are whole"));
        }
    }
}

/// Multi-head attention of one query over the rows of a KV cache that `among`
/// names. `keys` and `values` are rows of the query's width, one after the
/// other. The result is added to `attended`.
pub fn attend_cached(
    query: &[f32],
    heads: usize,
    keys: &[f32],
    values: &[f32],
    among: &[usize],
    attended: &mut [f32],
) {
    let all = query.len();
    let width = all / heads;
    let mut weights = vec![0.0; among.len()];
    for head in 0..heads {
        let part = head * width..(head + 1) * width;
        let query = &query[part.clone()];
        for (weight, &row) in weights.iter_mut().zip(among) {
            *weight = dot(query, &keys[row * all..][part.clone()]);
        }
        softmax(&mut weights);
        for (weight, &row) in weights.iter().zip(among) {
            add_scaled(
                &mut attended[part.clone()],
                *weight,
                &values[row * all..][part.clone()],
            );
        }
    }
}
