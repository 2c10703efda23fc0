//! The classifier of a trained word: one logistic layer over the last embeddings of the
//! stream.

/// Numbers in an embedding: the network gives one embedding for each 80 ms.
pub const WIDTH: usize = 96;

/// One logistic layer over `frames` embeddings, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Classifier {
    /// One for each number of a window of embeddings.
    pub weights: Vec<f32>,
    /// Added to the weighted sum.
    pub bias: f32,
}

impl Classifier {
    /// Embeddings that it looks at.
    #[must_use]
    pub const fn frames(&self) -> usize {
        self.weights.len() / WIDTH
    }

    /// The log odds that the word ends at the end of `window`, which has
    /// [`Self::frames`] embeddings.
    #[must_use]
    pub fn logit(&self, window: &[f32]) -> f32 {
        self.bias + dot(&self.weights, window)
    }

    /// The probability for each window of `embeddings`, a multiple of [`WIDTH`]: none when
    /// there are too few.
    #[must_use]
    pub fn scores(&self, embeddings: &[f32]) -> Vec<f32> {
        let size = self.weights.len();
        let count = (embeddings.len() + WIDTH).saturating_sub(size) / WIDTH;
        (0..count)
            .map(|at| sigmoid(self.logit(&embeddings[at * WIDTH..at * WIDTH + size])))
            .collect()
    }
}

/// The probability with these log odds.
#[must_use]
pub fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// The scalar product. Eight sums at once, which a processor adds in one instruction.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a_blocks, a_rest) = a.as_chunks::<8>();
    let (b_blocks, b_rest) = b.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_window_has_a_score() {
        let mut weights = vec![0.0; 2 * WIDTH];
        // The sum of the first numbers of both embeddings.
        (weights[0], weights[WIDTH]) = (1.0, 1.0);
        let classifier = Classifier {
            weights,
            bias: -3.0,
        };
        let mut stream = vec![0.0; 4 * WIDTH];
        (stream[WIDTH], stream[2 * WIDTH]) = (1.0, 2.0);
        let logits = [-2.0, 0.0, -1.0];
        assert_eq!(classifier.scores(&stream), logits.map(sigmoid));
        assert_eq!(classifier.scores(&stream[..WIDTH]), [0.0; 0]);
        assert_eq!(classifier.scores(&[]), [0.0; 0]);
    }
}
