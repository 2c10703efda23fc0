//! Calls a method on D-Bus: systemd's units, media players.

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use serde_json::{Map, json};
use zbus::blocking::connection::Builder;
use zbus::zvariant::{self, Array, ObjectPath, Signature, Structure, StructureBuilder, Value};

use super::fill::Values;
use super::{ActionError, ActionOutput};
use mynah_core::model::{Bus, DbusSpec};

/// A call with its slots filled in.
#[derive(Clone, Debug)]
pub(super) struct Call {
    bus: Bus,
    service: String,
    path: String,
    interface: String,
    method: String,
    args: Vec<(char, String)>,
}

impl Call {
    /// Fills the slots in. Fails when an argument is not of its type.
    pub(super) fn new(spec: &DbusSpec, values: Values<'_>) -> Result<Self, ActionError> {
        let call = Self {
            bus: spec.bus.clone(),
            service: values.bus_name(&spec.service),
            path: spec.path.clone(),
            interface: spec.interface.clone(),
            method: spec.method.clone(),
            args: spec
                .args
                .iter()
                .map(|(letter, template)| (*letter, values.plain(template)))
                .collect(),
        };
        call.body()?;
        Ok(call)
    }

    /// The call as a line of a log.
    pub(super) fn shown(&self) -> String {
        let args: Vec<String> = self
            .args
            .iter()
            .map(|(_, arg)| format!("{arg:?}"))
            .collect();
        let Self {
            service,
            path,
            interface,
            method,
            ..
        } = self;
        format!(
            "call {service} {path} {interface}.{method}({})",
            args.join(", ")
        )
    }

    /// Makes the call in a thread of its own, since a bus that does not answer
    /// would hold its caller for ever. The result carries what came back as
    /// `values`, and the first of it as `body`.
    pub(super) fn make(&self, timeout_ms: u32) -> Result<ActionOutput, ActionError> {
        let shown = self.shown();
        let (done, answer) = sync_channel(1);
        let call = self.clone();
        let timeout = Duration::from_millis(timeout_ms.into());
        thread::spawn(move || done.send(call.exchange(timeout)));
        let answer = answer.recv_timeout(timeout);
        let values = match answer {
            Ok(Ok(values)) => values,
            Ok(Err(why)) => return Err(ActionError::new(format!("{shown}: {why}"))),
            Err(RecvTimeoutError::Timeout) => {
                return Err(ActionError::new(format!(
                    "{shown}: no answer within {timeout_ms} ms"
                )));
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(ActionError::new(format!("{shown}: the call broke off")));
            }
        };
        let body = values.first().cloned().unwrap_or_default();
        Ok(ActionOutput {
            detail: shown,
            result: json!({"body": body, "values": values}),
        })
    }

    fn exchange(&self, timeout: Duration) -> Result<Vec<serde_json::Value>, String> {
        let bus = match &self.bus {
            Bus::System => Builder::system(),
            Bus::Session => Builder::session(),
            Bus::Address(address) => Builder::address(address.as_str()),
        };
        let connection = bus
            .and_then(|bus| bus.method_timeout(timeout).build())
            .map_err(|error| format!("no bus: {error}"))?;
        let service = Some(self.service.as_str());
        let (path, interface) = (self.path.as_str(), Some(self.interface.as_str()));
        let method = self.method.as_str();
        let called = match self.body().map_err(|undone| undone.detail)? {
            None => connection.call_method(service, path, interface, method, &()),
            Some(body) => connection.call_method(service, path, interface, method, &body),
        };
        let reply = called.map_err(|error| match error {
            zbus::Error::MethodError(name, detail, _) => match detail {
                Some(detail) => format!("{name}: {detail}"),
                None => name.to_string(),
            },
            error => error.to_string(),
        })?;
        let body = reply.body();
        if body.signature() == &Signature::Unit {
            return Ok(Vec::new());
        }
        let values: Structure<'_> = body
            .deserialize()
            .map_err(|error| format!("an answer that cannot be read: {error}"))?;
        Ok(values.fields().iter().map(json_of).collect())
    }

    /// The arguments in their D-Bus types; `None` for no arguments.
    fn body(&self) -> Result<Option<Structure<'static>>, ActionError> {
        let mut body = StructureBuilder::new();
        for (letter, text) in &self.args {
            let value = value_of(*letter, text).ok_or_else(|| {
                ActionError::new(format!(
                    "`{text}` cannot be passed as D-Bus type `{letter}`"
                ))
            })?;
            body = body.append_field(value);
        }
        if self.args.is_empty() {
            return Ok(None);
        }
        let body = body.build();
        body.map(Some)
            .map_err(|error| ActionError::new(error.to_string()))
    }
}

fn value_of(letter: char, text: &str) -> Option<Value<'static>> {
    // A text with a NUL in it would end there for the other side.
    if text.contains('\0') {
        return None;
    }
    let owned = text.to_owned();
    Some(match letter {
        's' => owned.into(),
        'o' => ObjectPath::try_from(owned).ok()?.into(),
        'g' => Signature::try_from(text).ok()?.into(),
        'b' => match text {
            "true" | "on" | "1" => true.into(),
            "false" | "off" | "0" => false.into(),
            _ => return None,
        },
        'y' => text.parse::<u8>().ok()?.into(),
        'n' => text.parse::<i16>().ok()?.into(),
        'q' => text.parse::<u16>().ok()?.into(),
        'i' => text.parse::<i32>().ok()?.into(),
        'u' => text.parse::<u32>().ok()?.into(),
        'x' => text.parse::<i64>().ok()?.into(),
        't' => text.parse::<u64>().ok()?.into(),
        'd' => text.parse::<f64>().ok()?.into(),
        _ => return None,
    })
}

fn json_of(value: &Value<'_>) -> serde_json::Value {
    match value {
        Value::U8(number) => (*number).into(),
        Value::Bool(truth) => (*truth).into(),
        Value::I16(number) => (*number).into(),
        Value::U16(number) => (*number).into(),
        Value::I32(number) => (*number).into(),
        Value::U32(number) => (*number).into(),
        Value::I64(number) => (*number).into(),
        Value::U64(number) => (*number).into(),
        Value::F64(number) => (*number).into(),
        Value::Str(text) => text.as_str().into(),
        Value::Signature(signature) => signature.to_string().into(),
        Value::ObjectPath(path) => path.as_str().into(),
        Value::Value(inner) => json_of(inner),
        Value::Array(items) => array(items),
        Value::Dict(dict) => dict
            .iter()
            .map(|(key, value)| (name_of(key), json_of(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Structure(parts) => parts.fields().iter().map(json_of).collect(),
        // A file cannot be told.
        Value::Fd(_) => serde_json::Value::Null,
    }
}

fn array(items: &Array<'_>) -> serde_json::Value {
    items.iter().map(json_of).collect()
}

fn name_of(key: &zvariant::Value<'_>) -> String {
    match json_of(key) {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}
