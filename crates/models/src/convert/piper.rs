//! Splits a voice's ONNX file into two models: one that plans a whole clause, and one
//! that generates sound from any piece of the plan.
//!
//! The file is an ONNX `ModelProto`. Only the protocol buffer fields that identify nodes
//! and tensors are parsed (`proto.rs`); everything else is copied.

use std::collections::HashSet;

use super::proto::{
    Field, Fields, GRAPH_INITIALIZER, GRAPH_NODE, MODEL_GRAPH, NODE_INPUT, NODE_NAME, NODE_OUTPUT,
    TENSOR_NAME, name, write_bytes, write_varint,
};

/// Name prefix of the generator's nodes in a VITS network.
const GENERATOR: &[u8] = b"/dec/";

const GRAPH_INPUT: u32 = 11;
const GRAPH_OUTPUT: u32 = 12;
const GRAPH_VALUE_INFO: u32 = 13;
const VALUE_NAME: u32 = 1;
const VALUE_TYPE: u32 = 2;
const TYPE_TENSOR: u32 = 1;
const TENSOR_ELEMENT: u32 = 1;
const FLOAT: u64 = 1;

/// The two models, each as a file of its own.
#[derive(Debug)]
pub struct Parts {
    /// From phonemes to the plan.
    pub planner: Vec<u8>,
    /// From the plan to sound.
    pub generator: Vec<u8>,
    /// The tensors between the two: the plan first.
    pub between: Vec<String>,
}

/// Splits a network. `None` if the file is damaged or its network does not have this
/// structure; it can still be used as a whole.
#[must_use]
pub fn part(model: &[u8]) -> Option<Parts> {
    let fields = Fields(model).collect::<Option<Vec<_>>>()?;
    let graph = fields.iter().find(|field| field.number == MODEL_GRAPH)?;
    let graph = Fields(graph.bytes()?).collect::<Option<Vec<_>>>()?;
    let nodes = graph.iter().filter(|field| field.number == GRAPH_NODE);
    let nodes = nodes.map(|field| Node::read(field.bytes()?));
    let nodes = assign(nodes.collect::<Option<_>>()?);
    let of = |half: Share| nodes.iter().filter(move |node| node.share == half);
    let planned = of(Share::Planner).flat_map(|node| node.outputs.iter().copied());
    let planned: HashSet<&[u8]> = planned.collect();
    let mut between: Vec<&[u8]> = Vec::new();
    for input in of(Share::Generator).flat_map(|node| &node.inputs) {
        if planned.contains(input) && !between.contains(input) {
            between.push(input);
        }
    }
    if between.is_empty() {
        return None;
    }
    let half = |share| {
        let half = Half {
            share,
            between: &between,
            nodes: &nodes,
        };
        half.write(&fields, &graph)
    };
    let names = between
        .iter()
        .map(|name| String::from_utf8(name.to_vec()).ok());
    Some(Parts {
        planner: half(Share::Planner)?,
        generator: half(Share::Generator)?,
        between: names.collect::<Option<_>>()?,
    })
}

/// Assigns each node to a half: the successors of the generator's nodes belong to it too.
/// ONNX nodes are in topological order.
fn assign(mut nodes: Vec<Node<'_>>) -> Vec<Node<'_>> {
    let mut generated = HashSet::new();
    for node in &mut nodes {
        node.share = if node.inputs.is_empty() {
            Share::Both
        } else if node.generates || node.inputs.iter().any(|input| generated.contains(input)) {
            generated.extend(node.outputs.iter().copied());
            Share::Generator
        } else {
            Share::Planner
        };
    }
    nodes
}

/// The half of a node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Share {
    Planner,
    Generator,
    /// A constant; it is copied to both.
    Both,
}

/// One of the two halves.
struct Half<'a> {
    share: Share,
    between: &'a [&'a [u8]],
    nodes: &'a [Node<'a>],
}

impl Half<'_> {
    fn write(&self, model: &[Field<'_>], graph: &[Field<'_>]) -> Option<Vec<u8>> {
        let graph = self.graph(graph)?;
        let mut out = Vec::with_capacity(graph.len());
        for field in model {
            if field.number == MODEL_GRAPH {
                write_bytes(&mut out, MODEL_GRAPH, &graph);
            } else {
                out.extend_from_slice(field.whole);
            }
        }
        Some(out)
    }

    fn graph(&self, graph: &[Field<'_>]) -> Option<Vec<u8>> {
        let mine = |node: &Node<'_>| node.share == self.share || node.share == Share::Both;
        let used = self.nodes.iter().filter(|node| mine(node));
        let used: HashSet<&[u8]> = used.flat_map(|node| node.inputs.iter().copied()).collect();
        let mut nodes = self.nodes.iter();
        let generates = self.share == Share::Generator;
        let mut out = Vec::new();
        for field in graph {
            let keep = match field.number {
                GRAPH_NODE => mine(nodes.next()?),
                GRAPH_INITIALIZER => used.contains(name(field.bytes()?, TENSOR_NAME)?),
                // The first half has the network's inputs, the second its outputs.
                GRAPH_INPUT => !generates,
                GRAPH_OUTPUT => generates,
                GRAPH_VALUE_INFO => false,
                _ => true,
            };
            if keep {
                out.extend_from_slice(field.whole);
            }
        }
        let number = if generates { GRAPH_INPUT } else { GRAPH_OUTPUT };
        for name in self.between {
            write_bytes(&mut out, number, &float_tensor(name));
        }
        Some(out)
    }
}

/// The parsed fields of a node.
struct Node<'a> {
    inputs: Vec<&'a [u8]>,
    outputs: Vec<&'a [u8]>,
    /// Its half by its name.
    generates: bool,
    share: Share,
}

impl<'a> Node<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut node = Node {
            inputs: Vec::new(),
            outputs: Vec::new(),
            generates: false,
            share: Share::Both,
        };
        for field in Fields(bytes) {
            let field = field?;
            match field.number {
                NODE_INPUT => node.inputs.push(field.bytes()?),
                NODE_OUTPUT => node.outputs.push(field.bytes()?),
                NODE_NAME => node.generates = field.bytes()?.starts_with(GENERATOR),
                _ => {}
            }
        }
        Some(node)
    }
}

/// A `ValueInfoProto` of floats with any shape.
fn float_tensor(name: &[u8]) -> Vec<u8> {
    let (mut tensor, mut kind, mut value) = (Vec::new(), Vec::new(), Vec::new());
    write_varint(&mut tensor, u64::from(TENSOR_ELEMENT << 3));
    write_varint(&mut tensor, FLOAT);
    write_bytes(&mut kind, TYPE_TENSOR, &tensor);
    write_bytes(&mut value, VALUE_NAME, name);
    write_bytes(&mut value, VALUE_TYPE, &kind);
    value
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::super::proto::varint;
    use super::*;

    pub(crate) fn node(inputs: &[&str], output: &str, name: &str) -> Vec<u8> {
        let mut node = Vec::new();
        for input in inputs {
            write_bytes(&mut node, NODE_INPUT, input.as_bytes());
        }
        write_bytes(&mut node, NODE_OUTPUT, output.as_bytes());
        write_bytes(&mut node, NODE_NAME, name.as_bytes());
        node
    }

    /// A network of these nodes, with a tensor `weight`, one input and one output.
    pub(crate) fn network(nodes: &[Vec<u8>]) -> Vec<u8> {
        let mut graph = Vec::new();
        for node in nodes {
            write_bytes(&mut graph, GRAPH_NODE, node);
        }
        let mut weight = Vec::new();
        write_bytes(&mut weight, TENSOR_NAME, b"weight");
        write_bytes(&mut graph, GRAPH_INITIALIZER, &weight);
        write_bytes(&mut graph, GRAPH_INPUT, &float_tensor(b"phonemes"));
        write_bytes(&mut graph, GRAPH_OUTPUT, &float_tensor(b"sound"));
        let mut model = Vec::new();
        write_varint(&mut model, 1 << 3);
        write_varint(&mut model, 8);
        write_bytes(&mut model, MODEL_GRAPH, &graph);
        model
    }

    /// The names of a model's node outputs, tensors, inputs and outputs.
    fn show(half: &[u8]) -> String {
        let graph = name(half, MODEL_GRAPH).expect("a graph");
        let fields = Fields(graph).map(|field| field.expect("a whole field"));
        let words = fields.map(|field| {
            let bytes = field.bytes().expect("bytes");
            let (kind, number) = match field.number {
                GRAPH_NODE => ("node", NODE_OUTPUT),
                GRAPH_INITIALIZER => ("tensor", TENSOR_NAME),
                GRAPH_INPUT => ("in", VALUE_NAME),
                _ => ("out", VALUE_NAME),
            };
            let name = name(bytes, number).expect("a name");
            format!("{kind} {}", String::from_utf8_lossy(name))
        });
        words.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_network_is_parted_where_its_generator_begins() {
        let parts = part(&network(&[
            node(&["phonemes"], "a", "/enc/Gather"),
            node(&["z", "weight"], "b", "/dec/conv/Conv"),
            node(&["a"], "z", "/Mul"),
            node(&[], "axis", "/Constant"),
            node(&["b", "z"], "c", "/dec/Tanh"),
            node(&["c", "axis"], "sound", "/Unsqueeze"),
        ]))
        .expect("a network of two halves");
        assert_eq!(
            show(&parts.planner),
            "node a, node z, node axis, in phonemes, out z"
        );
        assert_eq!(
            show(&parts.generator),
            "node b, node axis, node c, node sound, tensor weight, out sound, in z"
        );
        assert_eq!(parts.between, ["z"]);
    }

    #[test]
    fn what_cannot_be_parted_is_left_whole() {
        assert!(part(&network(&[node(&["phonemes"], "sound", "/all")])).is_none());
        assert!(part(&[]).is_none());
        assert!(part(b"no network at all").is_none());
    }

    proptest! {
        #[test]
        fn a_damaged_file_is_no_panic(mut file in prop::collection::vec(any::<u8>(), 0..200), at in 0_usize..80) {
            let _ = part(&file);
            let whole = network(&[node(&["phonemes"], "z", "/Mul"), node(&["z"], "sound", "/dec/Tanh")]);
            file.splice(0..0, whole[..at.min(whole.len())].iter().copied());
            let _ = part(&file);
        }

        #[test]
        fn a_number_is_read_as_it_was_written(number: u64) {
            let mut bytes = Vec::new();
            write_varint(&mut bytes, number);
            prop_assert_eq!(varint(&bytes), Some((number, &[][..])));
        }
    }
}
