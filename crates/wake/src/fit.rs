//! Fits the classifier: logistic regression with a penalty on large weights, by L-BFGS.
//! The problem has one minimum, so that there is nothing to draw and nothing to tune but
//! the penalty.

use crate::classifier::{Classifier, WIDTH, dot, sigmoid};

/// Steps of which L-BFGS remembers how the gradient changed.
const MEMORY: usize = 8;

/// Steps at most: more change no score by a hundredth.
const STEPS: usize = 120;

/// The search ends when a step improves the loss by less than this part of it.
const ENOUGH: f64 = 1e-5;

/// Mean and deviation of each number of an embedding, by which all are made alike large.
#[derive(Clone, Debug)]
pub struct Scale {
    mean: [f32; WIDTH],
    /// 1 / deviation.
    factor: [f32; WIDTH],
}

impl Scale {
    /// The scale of all these embeddings.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "numbers of an f32 network")]
    pub fn of<'a>(clips: impl Iterator<Item = &'a [f32]> + Clone) -> Self {
        let mut sums = [0.0_f64; WIDTH];
        let mut squares = [0.0_f64; WIDTH];
        let mut count = 0.0_f64;
        for embedding in clips.flat_map(|clip| clip.as_chunks::<WIDTH>().0) {
            count += 1.0;
            for (at, value) in embedding.iter().enumerate() {
                sums[at] += f64::from(*value);
                squares[at] += f64::from(*value).powi(2);
            }
        }
        let count = count.max(1.0);
        let mut scale = Self {
            mean: [0.0; WIDTH],
            factor: [1.0; WIDTH],
        };
        for at in 0..WIDTH {
            let mean = sums[at] / count;
            let deviation = (squares[at] / count - mean * mean).max(0.0).sqrt();
            scale.mean[at] = mean as f32;
            scale.factor[at] = (1.0 / deviation.max(1e-3)) as f32;
        }
        scale
    }

    /// Scales embeddings in place.
    pub fn apply(&self, clip: &mut [f32]) {
        for embedding in clip.as_chunks_mut::<WIDTH>().0 {
            for (at, value) in embedding.iter_mut().enumerate() {
                *value = (*value - self.mean[at]) * self.factor[at];
            }
        }
    }

    /// The classifier of unscaled embeddings that gives the scores that `fitted` gives
    /// of scaled ones.
    #[must_use]
    pub fn unscaled(&self, fitted: &Classifier) -> Classifier {
        let mut plain = fitted.clone();
        for weights in plain.weights.as_chunks_mut::<WIDTH>().0 {
            for (at, weight) in weights.iter_mut().enumerate() {
                *weight *= self.factor[at];
                plain.bias -= *weight * self.mean[at];
            }
        }
        plain
    }
}

/// A window of scaled embeddings, and whether the word ends at its end.
#[derive(Clone, Copy, Debug)]
pub struct Example<'a> {
    /// All windows of a fit have one length.
    pub window: &'a [f32],
    /// Whether the word is in it.
    pub is_word: bool,
    /// How much it counts beside others of its kind.
    pub weight: f32,
}

/// Fits a classifier to `examples`. Those with the word count as much in all as those
/// without. `penalty` multiplies half of the squared weights.
///
/// # Panics
/// When there is no example.
#[must_use]
pub fn fit(examples: &[Example<'_>], penalty: f32) -> Classifier {
    let size = examples[0].window.len();
    let total = |is_word| {
        let of_kind = examples.iter().filter(move |e| e.is_word == is_word);
        of_kind.map(|e| f64::from(e.weight)).sum::<f64>().max(1e-9)
    };
    let problem = Problem {
        examples,
        size,
        penalty: f64::from(penalty),
        share: [0.5 / total(false), 0.5 / total(true)],
    };
    let point = problem.minimum();
    Classifier {
        bias: point[size],
        weights: point[..size].to_vec(),
    }
}

struct Problem<'a> {
    examples: &'a [Example<'a>],
    size: usize,
    penalty: f64,
    /// What an example of weight 1 adds to the loss, without and with the word.
    share: [f64; 2],
}

impl Problem<'_> {
    /// The loss at `point` (weights, then bias), and its gradient.
    #[expect(clippy::cast_possible_truncation, reason = "a gradient of f32 weights")]
    fn loss(&self, point: &[f32]) -> (f64, Vec<f32>) {
        let (weights, bias) = (&point[..self.size], point[self.size]);
        let mut loss = 0.5 * self.penalty * f64::from(dot(weights, weights));
        let mut gradient: Vec<f32> = weights.iter().map(|w| w * self.penalty as f32).collect();
        gradient.push(0.0);
        for example in self.examples {
            let logit = bias + dot(weights, example.window);
            let toward = if example.is_word { -logit } else { logit };
            let share = self.share[usize::from(example.is_word)] * f64::from(example.weight);
            loss += share * f64::from(softplus(toward));
            let target = f32::from(u8::from(example.is_word));
            let slope = share as f32 * (sigmoid(logit) - target);
            if slope.abs() < 1e-12 {
                continue;
            }
            add(&mut gradient[..self.size], slope, example.window);
            gradient[self.size] += slope;
        }
        (loss, gradient)
    }

    fn minimum(&self) -> Vec<f32> {
        let mut point = vec![0.0; self.size + 1];
        let (mut loss, mut gradient) = self.loss(&point);
        let mut memory: Vec<(Vec<f32>, Vec<f32>)> = Vec::new();
        for _ in 0..STEPS {
            let direction = descent(&gradient, &memory);
            let slope = dot(&gradient, &direction);
            let mut step = 1.0_f32;
            let found = loop {
                let mut next = point.clone();
                add(&mut next, step, &direction);
                let (its, slopes) = self.loss(&next);
                if its <= loss + 1e-4 * f64::from(step * slope) {
                    break Some((next, its, slopes));
                }
                step *= 0.5;
                if step < 1e-6 {
                    break None;
                }
            };
            let Some((next, its, slopes)) = found else {
                break;
            };
            let moved: Vec<f32> = next.iter().zip(&point).map(|(a, b)| a - b).collect();
            let turned: Vec<f32> = slopes.iter().zip(&gradient).map(|(a, b)| a - b).collect();
            if 1e-12 < dot(&moved, &turned) {
                if memory.len() == MEMORY {
                    memory.remove(0);
                }
                memory.push((moved, turned));
            }
            let gained = loss - its;
            (point, loss, gradient) = (next, its, slopes);
            if gained < ENOUGH * loss {
                break;
            }
        }
        point
    }
}

/// The direction of L-BFGS: the gradient, times what is known of the inverse Hessian,
/// downwards (Nocedal and Wright, algorithm 7.4).
fn descent(gradient: &[f32], memory: &[(Vec<f32>, Vec<f32>)]) -> Vec<f32> {
    let mut direction: Vec<f32> = gradient.iter().map(|g| -g).collect();
    let mut alphas = Vec::with_capacity(memory.len());
    for (moved, turned) in memory.iter().rev() {
        let alpha = dot(moved, &direction) / dot(moved, turned);
        add(&mut direction, -alpha, turned);
        alphas.push(alpha);
    }
    if let Some((moved, turned)) = memory.last() {
        let scale = dot(moved, turned) / dot(turned, turned);
        for value in &mut direction {
            *value *= scale;
        }
    }
    for ((moved, turned), alpha) in memory.iter().zip(alphas.into_iter().rev()) {
        let beta = dot(turned, &direction) / dot(moved, turned);
        add(&mut direction, alpha - beta, moved);
    }
    direction
}

fn add(sum: &mut [f32], factor: f32, vector: &[f32]) {
    for (sum, value) in sum.iter_mut().zip(vector) {
        *sum += factor * value;
    }
}

/// ln(1 + e^x), without overflow.
fn softplus(x: f32) -> f32 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rng;

    /// Embeddings in which the word is a rise in the first three numbers, over noise.
    fn clip(rng: &mut Rng, is_word: bool) -> Vec<f32> {
        let mut clip: Vec<f32> = (0..4 * WIDTH).map(|_| 5.0 + 3.0 * rng.normal()).collect();
        if is_word {
            for frame in 1..4 {
                for value in &mut clip[frame * WIDTH..frame * WIDTH + 3] {
                    *value += 8.0;
                }
            }
        }
        clip
    }

    #[test]
    fn a_fit_tells_the_word_from_the_rest_and_is_always_the_same() {
        let train = || {
            let mut rng = Rng::new(3);
            let kinds = (0..240).map(|n| n % 6 == 0);
            let mut clips: Vec<_> = kinds.map(|word| (clip(&mut rng, word), word)).collect();
            let scale = Scale::of(clips.iter().map(|(clip, _)| clip.as_slice()));
            clips.iter_mut().for_each(|(clip, _)| scale.apply(clip));
            let examples: Vec<Example> = clips
                .iter()
                .map(|(window, is_word)| Example {
                    window,
                    is_word: *is_word,
                    weight: 1.0,
                })
                .collect();
            scale.unscaled(&fit(&examples, 0.02))
        };
        let classifier = train();
        assert_eq!(classifier, train());
        let mut rng = Rng::new(99);
        let mut wrong = 0;
        for n in 0..400 {
            let is_word = n % 2 == 0;
            let score = sigmoid(classifier.logit(&clip(&mut rng, is_word)));
            wrong += usize::from((0.5 < score) != is_word);
        }
        assert!(wrong < 8, "{wrong} of 400");
    }

    #[test]
    fn the_gradient_is_that_of_the_loss() {
        let mut rng = Rng::new(5);
        let windows: Vec<Vec<f32>> = (0..6)
            .map(|_| (0..4).map(|_| rng.normal()).collect())
            .collect();
        let examples: Vec<Example> = windows
            .iter()
            .zip(0..)
            .map(|(window, n)| Example {
                window,
                is_word: n % 2 == 0,
                weight: 1.0,
            })
            .collect();
        let problem = Problem {
            examples: &examples,
            size: 4,
            penalty: 0.1,
            share: [0.1, 0.2],
        };
        let point = vec![0.3, -0.2, 0.5, 0.1, 0.4];
        let (_, gradient) = problem.loss(&point);
        for at in 0..5 {
            let (mut above, mut below) = (point.clone(), point.clone());
            above[at] += 1e-2;
            below[at] -= 1e-2;
            let slope = (problem.loss(&above).0 - problem.loss(&below).0) / 2e-2;
            assert!((slope - f64::from(gradient[at])).abs() < 1e-3, "{at}");
        }
    }
}
