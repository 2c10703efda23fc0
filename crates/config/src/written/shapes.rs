//! Reading of values that may be written in several ways.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{
    Action, Choice, Dialogue, Dialogues, OnFailure, Ordered, Reply, Scalar, Texts, WakeWord,
};

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Table<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Table<T> {
            type Value = Ordered<T>;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a table")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Ordered(entries))
            }
        }
        from.deserialize_map(Table(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct TextOrNumber;
        impl Visitor<'_> for TextOrNumber {
            type Value = Scalar;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a text or a number")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar(text.to_owned()))
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }
        }
        from.deserialize_any(TextOrNumber)
    }
}

impl<'de> Deserialize<'de> for Choice {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct TextOrTable;
        impl<'de> Visitor<'de> for TextOrTable {
            type Value = Choice;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a text or `{ value = \"...\", say = [\"...\"] }`")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Choice, E> {
                Ok(Choice::Plain(text.to_owned()))
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Choice, E> {
                Ok(Choice::Plain(number.to_string()))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Choice, A::Error> {
                let (mut value, mut say, mut fields) = (None, None, Vec::new());
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "value" => value = Some(map.next_value::<Scalar>()?.0),
                        "say" => say = Some(map.next_value::<Texts>()?.texts),
                        _ => fields.push((key, map.next_value::<Scalar>()?.0)),
                    }
                }
                Ok(Choice::Full {
                    value: value.ok_or_else(|| de::Error::missing_field("value"))?,
                    say,
                    fields,
                })
            }
        }
        from.deserialize_any(TextOrTable)
    }
}

impl<'de> Deserialize<'de> for Dialogues {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct OneOrSeveral;
        impl<'de> Visitor<'de> for OneOrSeveral {
            type Value = Dialogues;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("`[dialogue]` or `[[dialogue]]`")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Dialogues, A::Error> {
                let one = Dialogue::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Dialogues {
                    list: vec![one],
                    array: false,
                })
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Dialogues, A::Error> {
                let mut list = Vec::new();
                while let Some(dialogue) = seq.next_element()? {
                    list.push(dialogue);
                }
                Ok(Dialogues { list, array: true })
            }
        }
        from.deserialize_any(OneOrSeveral)
    }
}

impl<'de> Deserialize<'de> for WakeWord {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        const KEYS: &[&str] = &["name", "sensitivity"];
        struct TextOrTable;
        impl<'de> Visitor<'de> for TextOrTable {
            type Value = WakeWord;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a text or `{ name = \"...\", sensitivity = \"...\" }`")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<WakeWord, E> {
                Ok(WakeWord {
                    name: text.to_owned(),
                    sensitivity: None,
                })
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WakeWord, A::Error> {
                let (mut name, mut sensitivity) = (None, None);
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "name" => name = Some(map.next_value()?),
                        "sensitivity" => sensitivity = Some(map.next_value()?),
                        other => return Err(de::Error::unknown_field(other, KEYS)),
                    }
                }
                Ok(WakeWord {
                    name: name.ok_or_else(|| de::Error::missing_field("name"))?,
                    sensitivity,
                })
            }
        }
        from.deserialize_any(TextOrTable)
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct TextOrArray;
        impl<'de> Visitor<'de> for TextOrArray {
            type Value = Texts;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Texts, E> {
                Ok(Texts {
                    array: false,
                    texts: vec![text.to_owned()],
                })
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Texts, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = seq.next_element()? {
                    texts.push(text);
                }
                Ok(Texts { array: true, texts })
            }
        }
        from.deserialize_any(TextOrArray)
    }
}

impl<'de> Deserialize<'de> for Reply {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        const KEYS: &[&str] = &["ok", "fail", "pick"];
        struct AnyReply;
        impl<'de> Visitor<'de> for AnyReply {
            type Value = Reply;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a text, a list of texts or `{ ok = \"...\", fail = \"...\" }`")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Reply, E> {
                let ok = Texts::deserialize(de::value::StrDeserializer::new(text))?;
                Ok(Reply {
                    ok: Some(ok),
                    ..Reply::default()
                })
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Reply, A::Error> {
                let ok = Texts::deserialize(de::value::SeqAccessDeserializer::new(seq))?;
                Ok(Reply {
                    ok: Some(ok),
                    ..Reply::default()
                })
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Reply, A::Error> {
                let mut reply = Reply {
                    table: true,
                    ..Reply::default()
                };
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "ok" => reply.ok = Some(map.next_value()?),
                        "fail" => reply.fail = Some(map.next_value()?),
                        "pick" => reply.pick = Some(map.next_value()?),
                        other => return Err(de::Error::unknown_field(other, KEYS)),
                    }
                }
                Ok(reply)
            }
        }
        from.deserialize_any(AnyReply)
    }
}

impl<'de> Deserialize<'de> for OnFailure {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct WordOrAction;
        impl<'de> Visitor<'de> for WordOrAction {
            type Value = OnFailure;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a text or another action")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<OnFailure, E> {
                Ok(OnFailure::Word(text.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<OnFailure, A::Error> {
                let action = Action::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(OnFailure::Instead(Box::new(action)))
            }
        }
        from.deserialize_any(WordOrAction)
    }
}
