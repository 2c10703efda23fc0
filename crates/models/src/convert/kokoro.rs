//! Rewrites Kokoro's published graph, whose integer layers are broken in practice, to
//! one that computes in f32.
//!
//! The layers quantise each activation to 8 bits at run time (`DynamicQuantizeLinear`,
//! then `ConvInteger` or `MatMulInteger`). With ONNX Runtime 1.24.4, 24 of 118 outputs had
//! samples without a finite value: the inverse Fourier transform takes the exponential of
//! what comes out. With f32 activations none of 253 had, in 0.58 of the time. The weights
//! stay 8-bit numbers in the file; the runtime multiplies them out when it loads them.

use std::collections::{HashMap, HashSet};

use super::proto::{
    Fields, GRAPH_INITIALIZER, GRAPH_NODE, MODEL_GRAPH, NODE_INPUT, NODE_NAME, NODE_OUTPUT,
    TENSOR_NAME, name, write_bytes, write_varint,
};

const NODE_OPERATOR: u32 = 4;
const NODE_ATTRIBUTE: u32 = 5;
const ATTRIBUTE_NAME: u32 = 1;
const ATTRIBUTE_INT: u32 = 3;
const ATTRIBUTE_TYPE: u32 = 20;
/// `AttributeProto.AttributeType.INT`.
const INT: u64 = 2;
/// `TensorProto.DataType.FLOAT`.
const FLOAT: u64 = 1;

/// Operators from an integer layer to the bias's quantisation, at most.
const LONGEST_CHAIN: usize = 6;

/// The model with f32 layers. `None` if the file is damaged or another network.
pub(super) fn rewrite(model: &[u8]) -> Option<Vec<u8>> {
    let fields = Fields(model).collect::<Option<Vec<_>>>()?;
    let graph = fields.iter().find(|field| field.number == MODEL_GRAPH)?;
    let graph = Graph::read(graph.bytes()?)?;
    let nodes = graph.rewritten()?;
    let used: HashSet<&[u8]> = nodes.iter().flat_map(Node::read_inputs).collect();
    let mut body = Vec::with_capacity(model.len());
    for node in &nodes {
        write_bytes(&mut body, GRAPH_NODE, &node.bytes);
    }
    for field in Fields(graph.bytes) {
        let field = field?;
        let keep = match field.number {
            GRAPH_NODE => false,
            GRAPH_INITIALIZER => used.contains(name(field.bytes()?, TENSOR_NAME)?),
            _ => true,
        };
        if keep {
            body.extend_from_slice(field.whole);
        }
    }
    let mut out = Vec::with_capacity(body.len() + (1 << 10));
    for field in &fields {
        if field.number == MODEL_GRAPH {
            write_bytes(&mut out, MODEL_GRAPH, &body);
        } else {
            out.extend_from_slice(field.whole);
        }
    }
    Some(out)
}

/// A node: its bytes, and the fields that are needed.
struct Node {
    bytes: Vec<u8>,
    operator: Vec<u8>,
    inputs: Vec<Vec<u8>>,
    outputs: Vec<Vec<u8>>,
}

impl Node {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut node = Self {
            bytes: bytes.to_vec(),
            operator: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
        };
        for field in Fields(bytes) {
            let field = field?;
            match field.number {
                NODE_INPUT => node.inputs.push(field.bytes()?.to_vec()),
                NODE_OUTPUT => node.outputs.push(field.bytes()?.to_vec()),
                NODE_OPERATOR => node.operator = field.bytes()?.to_vec(),
                _ => {}
            }
        }
        Some(node)
    }

    /// A new node with one output; `attributes` are whole fields.
    fn new(operator: &str, inputs: &[&[u8]], output: &[u8], attributes: &[u8]) -> Self {
        let mut bytes = Vec::new();
        for input in inputs {
            write_bytes(&mut bytes, NODE_INPUT, input);
        }
        write_bytes(&mut bytes, NODE_OUTPUT, output);
        write_bytes(&mut bytes, NODE_NAME, &[output, b"_f32"].concat());
        write_bytes(&mut bytes, NODE_OPERATOR, operator.as_bytes());
        bytes.extend_from_slice(attributes);
        Self {
            bytes,
            operator: operator.into(),
            inputs: inputs.iter().map(|input| input.to_vec()).collect(),
            outputs: vec![output.to_vec()],
        }
    }

    fn read_inputs(&self) -> impl Iterator<Item = &[u8]> {
        self.inputs.iter().map(Vec::as_slice)
    }

    fn is(&self, operator: &str) -> bool {
        self.operator == operator.as_bytes()
    }

    /// The attributes, as whole fields.
    fn attributes(&self) -> Option<Vec<u8>> {
        let mut all = Vec::new();
        for field in Fields(&self.bytes) {
            let field = field?;
            if field.number == NODE_ATTRIBUTE {
                all.extend_from_slice(field.whole);
            }
        }
        Some(all)
    }
}

struct Graph<'a> {
    bytes: &'a [u8],
    /// In topological order.
    nodes: Vec<Node>,
    tensors: HashSet<&'a [u8]>,
    outputs: HashSet<&'a [u8]>,
}

/// An integer layer and what follows it, up to the multiplication with its scales.
struct Layer {
    /// Its nodes by number, the multiplication last.
    chain: Vec<usize>,
    activation: Vec<u8>,
    weight: Vec<u8>,
    zero_point: Vec<u8>,
    scale: Vec<u8>,
    bias: Option<Vec<u8>>,
}

impl<'a> Graph<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        const GRAPH_OUTPUT: u32 = 12;
        const VALUE_NAME: u32 = 1;
        let mut graph = Self {
            bytes,
            nodes: Vec::new(),
            tensors: HashSet::new(),
            outputs: HashSet::new(),
        };
        for field in Fields(bytes) {
            let field = field?;
            match field.number {
                GRAPH_NODE => graph.nodes.push(Node::read(field.bytes()?)?),
                GRAPH_INITIALIZER => {
                    graph.tensors.insert(name(field.bytes()?, TENSOR_NAME)?);
                }
                GRAPH_OUTPUT => {
                    graph.outputs.insert(name(field.bytes()?, VALUE_NAME)?);
                }
                _ => {}
            }
        }
        Some(graph)
    }

    /// The nodes with f32 layers, without those that nothing uses any more. `None` if there
    /// is no integer layer, or one of another structure.
    fn rewritten(&self) -> Option<Vec<Node>> {
        let layers = self.layers()?;
        if layers.is_empty() {
            return None;
        }
        let mut nodes = weights(&layers);
        let mut replaced = HashMap::new();
        let mut dropped = HashSet::new();
        for layer in &layers {
            let first = &self.nodes[layer.chain[0]];
            let last = *layer.chain.last()?;
            let weight = float_name(&layer.weight);
            let mut inputs = vec![layer.activation.as_slice(), &weight];
            inputs.extend(layer.bias.as_deref());
            let operator = if first.is("ConvInteger") {
                "Conv"
            } else {
                "MatMul"
            };
            let output = self.nodes[last].outputs.first()?;
            let node = Node::new(operator, &inputs, output, &first.attributes()?);
            replaced.insert(last, node);
            dropped.extend(layer.chain.iter().copied());
        }
        for (number, node) in self.nodes.iter().enumerate() {
            if let Some(new) = replaced.remove(&number) {
                nodes.push(new);
            } else if !dropped.contains(&number) {
                nodes.push(Node::read(&node.bytes)?);
            }
        }
        Some(self.without_unused(nodes))
    }

    fn without_unused(&self, mut nodes: Vec<Node>) -> Vec<Node> {
        // From the end, so that one pass removes a chain.
        let mut used: HashSet<Vec<u8>> = self.outputs.iter().map(|name| name.to_vec()).collect();
        let mut keep: Vec<bool> = Vec::with_capacity(nodes.len());
        for node in nodes.iter().rev() {
            let wanted = node.outputs.iter().any(|output| used.contains(output));
            if wanted {
                used.extend(node.inputs.iter().cloned());
            }
            keep.push(wanted);
        }
        keep.reverse();
        let mut keep = keep.into_iter();
        nodes.retain(|_| keep.next().unwrap_or(true));
        nodes
    }

    fn layers(&self) -> Option<Vec<Layer>> {
        let mut makers: HashMap<&[u8], usize> = HashMap::new();
        let mut users: HashMap<&[u8], Vec<usize>> = HashMap::new();
        for (number, node) in self.nodes.iter().enumerate() {
            makers.extend(
                node.outputs
                    .iter()
                    .map(|output| (output.as_slice(), number)),
            );
            for input in &node.inputs {
                users.entry(input).or_default().push(number);
            }
        }
        let is_layer = |node: &Node| node.is("ConvInteger") || node.is("MatMulInteger");
        let layers = self.nodes.iter().enumerate();
        layers
            .filter(|(_, node)| is_layer(node))
            .map(|(number, _)| self.layer(number, &makers, &users))
            .collect()
    }

    fn layer(
        &self,
        number: usize,
        makers: &HashMap<&[u8], usize>,
        users: &HashMap<&[u8], Vec<usize>>,
    ) -> Option<Layer> {
        let maker = |name: &[u8]| Some(&self.nodes[*makers.get(name)?]);
        let node = &self.nodes[number];
        let [quantised, weight, _, zero_point] = node.inputs.as_slice() else {
            return None;
        };
        let source = maker(quantised)?;
        if !source.is("DynamicQuantizeLinear") {
            return None;
        }
        let mut chain = vec![number];
        let mut bias = None;
        while chain.len() < LONGEST_CHAIN {
            let output = self.nodes[*chain.last()?].outputs.first()?;
            let [next] = users.get(output.as_slice())?.as_slice() else {
                return None;
            };
            chain.push(*next);
            let next = &self.nodes[*next];
            let other = next.inputs.iter().find(|input| *input != output);
            if next.is("Mul") {
                let scales = maker(other?)?;
                let is_tensor = |name: &&Vec<u8>| self.tensors.contains(name.as_slice());
                return Some(Layer {
                    chain,
                    activation: source.inputs.first()?.clone(),
                    weight: weight.clone(),
                    zero_point: zero_point.clone(),
                    scale: scales.inputs.iter().find(is_tensor)?.clone(),
                    bias,
                });
            }
            if next.is("Add") {
                bias = Some(float_bias(other?, &maker)?);
            } else if !next.is("Cast") {
                return None;
            }
        }
        None
    }
}

/// The bias before it was quantised: what `Div` divides by the scales.
fn float_bias<'a>(quantised: &[u8], maker: &impl Fn(&[u8]) -> Option<&'a Node>) -> Option<Vec<u8>> {
    let mut node = maker(quantised)?;
    for _ in 0..LONGEST_CHAIN {
        let first = node.inputs.first()?;
        if node.is("Div") {
            return Some(first.clone());
        }
        node = maker(first)?;
    }
    None
}

/// The nodes that make f32 weights of the 8-bit ones: (weight - zero point) x scale. The
/// scale has one value, or one for each column.
fn weights(layers: &[Layer]) -> Vec<Node> {
    let mut done = HashSet::new();
    let mut nodes = Vec::new();
    for layer in layers {
        if !done.insert(&layer.weight) {
            continue;
        }
        let name = |end: &str| [&layer.weight, end.as_bytes()].concat();
        let (cast, zero, centred) = (name("_cast"), name("_zero"), name("_centred"));
        nodes.push(Node::new("Cast", &[&layer.weight], &cast, &to_float()));
        nodes.push(Node::new("Cast", &[&layer.zero_point], &zero, &to_float()));
        nodes.push(Node::new("Sub", &[&cast, &zero], &centred, &[]));
        let out = float_name(&layer.weight);
        nodes.push(Node::new("Mul", &[&centred, &layer.scale], &out, &[]));
    }
    nodes
}

fn float_name(weight: &[u8]) -> Vec<u8> {
    [weight, b"_f32"].concat()
}

/// The attribute `to = FLOAT`, as a field of a node.
fn to_float() -> Vec<u8> {
    let (mut attribute, mut field) = (Vec::new(), Vec::new());
    write_bytes(&mut attribute, ATTRIBUTE_NAME, b"to");
    for (number, value) in [(ATTRIBUTE_INT, FLOAT), (ATTRIBUTE_TYPE, INT)] {
        write_varint(&mut attribute, u64::from(number << 3));
        write_varint(&mut attribute, value);
    }
    write_bytes(&mut field, NODE_ATTRIBUTE, &attribute);
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(operator: &str, inputs: &[&str], outputs: &[&str]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for input in inputs {
            write_bytes(&mut bytes, NODE_INPUT, input.as_bytes());
        }
        for output in outputs {
            write_bytes(&mut bytes, NODE_OUTPUT, output.as_bytes());
        }
        write_bytes(&mut bytes, NODE_OPERATOR, operator.as_bytes());
        bytes
    }

    fn model(nodes: &[Vec<u8>]) -> Vec<u8> {
        let mut graph = Vec::new();
        for node in nodes {
            write_bytes(&mut graph, GRAPH_NODE, node);
        }
        for name in ["w", "w_zero_point", "w_scale", "bias"] {
            let mut tensor = Vec::new();
            write_bytes(&mut tensor, TENSOR_NAME, name.as_bytes());
            write_bytes(&mut graph, GRAPH_INITIALIZER, &tensor);
        }
        let mut value = Vec::new();
        write_bytes(&mut value, 1, b"audio");
        write_bytes(&mut graph, 12, &value);
        let mut model = Vec::new();
        write_bytes(&mut model, MODEL_GRAPH, &graph);
        model
    }

    /// The nodes as text.
    fn show(model: &[u8]) -> Vec<String> {
        let graph = name(model, MODEL_GRAPH).expect("a graph");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let nodes = Graph::read(graph).expect("a graph").nodes;
        let lines = nodes.iter().map(|node| {
            let inputs: Vec<String> = node.inputs.iter().map(|name| text(name)).collect();
            let output = text(&node.outputs[0]);
            format!("{output} = {}({})", text(&node.operator), inputs.join(", "))
        });
        lines.collect()
    }

    fn layer() -> Vec<Vec<u8>> {
        vec![
            node("DynamicQuantizeLinear", &["x"], &["q", "x_scale", "x_zero"]),
            node("Mul", &["x_scale", "w_scale"], &["scales"]),
            node("Div", &["bias", "scales"], &["divided"]),
            node("Cast", &["divided"], &["bias_int"]),
            node(
                "ConvInteger",
                &["q", "w", "x_zero", "w_zero_point"],
                &["sum"],
            ),
            node("Add", &["sum", "bias_int"], &["biased"]),
            node("Cast", &["biased"], &["float"]),
            node("Mul", &["float", "scales"], &["audio"]),
        ]
    }

    #[test]
    fn an_integer_layer_becomes_one_of_floats() {
        let rewritten = rewrite(&model(&layer())).expect("it has such a layer");
        let expected = [
            "w_cast = Cast(w)",
            "w_zero = Cast(w_zero_point)",
            "w_centred = Sub(w_cast, w_zero)",
            "w_f32 = Mul(w_centred, w_scale)",
            "audio = Conv(x, w_f32, bias)",
        ];
        assert_eq!(show(&rewritten), expected);
    }

    #[test]
    fn another_network_or_a_damaged_one_is_refused() {
        assert!(rewrite(b"no network").is_none());
        assert!(rewrite(&model(&[node("Tanh", &["x"], &["audio"])])).is_none());
        let mut other = layer();
        other[6] = node("Floor", &["biased"], &["float"]);
        assert!(rewrite(&model(&other)).is_none());
        let whole = model(&layer());
        for length in 0..whole.len() {
            let _ = rewrite(&whole[..length]);
        }
    }
}
