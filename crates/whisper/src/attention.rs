//! Attention: every row looks at others, in several heads, and takes from each
//! as much as it is alike.

use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, Slice};
use rayon::prelude::*;

use crate::math::{add_scaled, dot, softmax};

/// Up to so many rows look one by one; a blocked product of more pays.
const FEW: usize = 8;

/// The keys and values that are looked at.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Width x others.
    pub keys: ArrayView2<'a, f32>,
    /// Others x width.
    pub values: ArrayView2<'a, f32>,
    /// For each of the others, the logarithm of how many it stands for.
    pub stands_for: &'a [f32],
}

/// Every row of `queries` looks at all of `seen`. Queries are scaled already.
pub fn look(queries: &ArrayView2<'_, f32>, heads: usize, seen: Seen<'_>) -> Array2<f32> {
    let mut taken = Array2::zeros(queries.raw_dim());
    let width = queries.ncols() / heads;
    let work = |(head, mut taken): (usize, ArrayViewMut2<'_, f32>)| {
        let part = Slice::from(head * width..(head + 1) * width);
        let queries = queries.slice_axis(Axis(1), part);
        let keys = seen.keys.slice_axis(Axis(0), part);
        let values = seen.values.slice_axis(Axis(1), part);
        if queries.nrows() <= FEW {
            look_few(&queries, &keys, &values, seen.stands_for, &mut taken);
            return;
        }
        let mut looks = queries.dot(&keys);
        for mut row in looks.rows_mut() {
            let row = row.as_slice_mut().expect("fresh");
            for (look, more) in row.iter_mut().zip(seen.stands_for) {
                *look += more;
            }
            softmax(row);
        }
        taken.assign(&looks.dot(&values));
    };
    let parts = taken.axis_chunks_iter_mut(Axis(1), width).enumerate();
    if queries.nrows() <= FEW || rayon::current_num_threads() == 1 {
        parts.for_each(work);
    } else {
        let parts: Vec<_> = parts.collect();
        parts.into_par_iter().for_each(work);
    }
    taken
}

/// As [`look`], in one head.
fn look_few(
    queries: &ArrayView2<'_, f32>,
    keys: &ArrayView2<'_, f32>,
    values: &ArrayView2<'_, f32>,
    stands_for: &[f32],
    taken: &mut ArrayViewMut2<'_, f32>,
) {
    for (query, mut taken) in queries.rows().into_iter().zip(taken.rows_mut()) {
        let mut looks = stands_for.to_vec();
        for (part, keys) in query.iter().zip(keys.rows()) {
            add_scaled(&mut looks, *part, keys.to_slice().expect("rows are whole"));
        }
        softmax(&mut looks);
        let taken = taken.as_slice_mut().expect("rows are whole");
        for (look, value) in looks.iter().zip(values.rows()) {
            add_scaled(taken, *look, value.to_slice().expect("rows are whole"));
        }
    }
}

/// One row looks at those of `keys` and `values`, rows of `query`'s width one
/// after the other, that are named in `among`; adds what it takes to `taken`.
pub fn look_among(
    query: &[f32],
    heads: usize,
    keys: &[f32],
    values: &[f32],
    among: &[usize],
    taken: &mut [f32],
) {
    let all = query.len();
    let width = all / heads;
    let mut looks = vec![0.0; among.len()];
    for head in 0..heads {
        let part = head * width..(head + 1) * width;
        let query = &query[part.clone()];
        for (look, &other) in looks.iter_mut().zip(among) {
            *look = dot(query, &keys[other * all..][part.clone()]);
        }
        softmax(&mut looks);
        for (look, &other) in looks.iter().zip(among) {
            add_scaled(
                &mut taken[part.clone()],
                *look,
                &values[other * all..][part.clone()],
            );
        }
    }
}
