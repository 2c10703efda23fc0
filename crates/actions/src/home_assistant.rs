//! Asks Home Assistant by its REST API: calls a service, reads a state.

mod answering;

use serde_json::{Map, Value, json};

use super::deadline::Deadline;
use super::fill::Values;
use super::http::{Plan, Web, bearer};
use super::refused::{is_refused, refuse};
use super::{ActionError, ActionOutput};
use mynah_core::model::{HomeAssistant, HomeAssistantSpec};

/// The states of an entity that has none.
const NO_STATE: [&str; 2] = ["unavailable", "unknown"];

/// Of a request that reached nobody.
const RETRIES: u32 = 2;

/// Home Assistant as this process knows it.
#[derive(Debug)]
pub(super) struct HomeAssistantClient {
    settings: HomeAssistant,
}

impl HomeAssistantClient {
    pub(super) const fn new(settings: HomeAssistant) -> Self {
        Self { settings }
    }

    /// The header with the token. Fails where this token was refused before.
    fn authorization(&self) -> Result<(String, String), ActionError> {
        let header = bearer(&self.settings.token_file)?;
        if is_refused(&self.settings.url, &header.1) {
            return Err(ActionError::new(format!(
                "Home Assistant: it has refused the token in `{}`, and is not asked again until \
                 another stands there",
                self.settings.token_file.display()
            )));
        }
        Ok(header)
    }

    /// Sends a request below the house's address.
    fn send(
        &self,
        web: &Web,
        (method, path): (&str, &str),
        body: Option<String>,
        timeout_ms: u32,
    ) -> Result<ActionOutput, ActionError> {
        let header = self.authorization()?;
        let token = header.1.clone();
        let plan = Plan {
            method: method.into(),
            url: format!("{}{path}", self.settings.url),
            headers: vec![header, ("content-type".into(), "application/json".into())],
            body,
            ca_file: self.settings.ca_file.clone(),
            retries: RETRIES,
            ..Plan::default()
        };
        let answer = web.send(&plan, timeout_ms);
        if let Err(ActionError { result, .. }) = &answer
            && result["status"] == 401
        {
            refuse(&self.settings.url, &token);
        }
        answer
    }
}

/// A call with its slots filled in.
#[derive(Debug)]
pub(super) struct Call {
    method: &'static str,
    /// Below the house's address.
    path: String,
    /// For a service.
    data: Option<Value>,
    entity: Option<String>,
}

impl Call {
    /// Fills the slots in. Fails when that gives no entity.
    pub(super) fn new(spec: &HomeAssistantSpec, values: Values<'_>) -> Result<Self, ActionError> {
        let entity = match &spec.entity {
            None => None,
            Some(template) => Some(values.entity(template).ok_or_else(|| {
                let filled = values.plain(template);
                ActionError::new(format!("`{filled}` is not the name of an entity"))
            })?),
        };
        let Some(service) = &spec.service else {
            let entity = entity.ok_or_else(|| ActionError::new("there is no entity to read"))?;
            return Ok(Self {
                method: "GET",
                path: format!("/api/states/{entity}"),
                data: None,
                entity: Some(entity),
            });
        };
        let mut data = match values.data(&Value::Object(spec.data.clone())) {
            Value::Object(data) => data,
            _ => Map::new(),
        };
        if let Some(entity) = &entity {
            data.insert("entity_id".into(), entity.as_str().into());
        }
        let service = values.entity(service).ok_or_else(|| {
            let filled = values.plain(service);
            ActionError::new(format!("`{filled}` is not the name of a service"))
        })?;
        let answer = if spec.response {
            "?return_response"
        } else {
            ""
        };
        Ok(Self {
            method: "POST",
            path: format!("/api/services/{}{answer}", service.replacen('.', "/", 1)),
            data: Some(data.into()),
            entity,
        })
    }

    /// The call as a line of a log.
    pub(super) fn shown(&self) -> String {
        let data = self.data.as_ref().map(|data| format!(" {data}"));
        format!("{} {}{}", self.method, self.path, data.unwrap_or_default())
    }

    /// Makes the call. Of a state the result carries `state`, `name`, `unit`,
    /// `attributes` and all of it as `json`; of a service `status` and `json`.
    /// A service is believed only where its entities answer and are as it was to
    /// make them; where they are not, the result carries `say`.
    pub(super) fn make(
        &self,
        web: &Web,
        house: &HomeAssistantClient,
        timeout_ms: u32,
    ) -> Result<ActionOutput, ActionError> {
        let failed =
            |why: &str| ActionError::new(format!("Home Assistant: {}: {why}", self.shown()));
        let deadline = Deadline::after_ms(timeout_ms);
        let body = self.data.as_ref().map(Value::to_string);
        let answer = house.send(web, (self.method, &self.path), body, timeout_ms);
        let (status, json) = match &answer {
            Ok(ActionOutput { result, .. }) | Err(ActionError { result, .. }) => {
                (result["status"].as_u64(), result["json"].clone())
            }
        };
        match (answer, status) {
            (Err(_), Some(401)) => Err(failed(&format!(
                "refused the token in `{}`, check `home_assistant.token_file`",
                house.settings.token_file.display()
            ))),
            (Err(_), Some(403)) => Err(failed(
                "forbidden: this address may be banned there (`ip_bans.yaml`), or the token's user \
                 may not do this; check `home_assistant.token_file`",
            )),
            (Err(_), Some(404)) if self.data.is_none() => Err(failed("there is no such entity")),
            (Err(_), Some(400 | 404)) => Err(failed(&format!(
                "not accepted: {}",
                json["message"]
                    .as_str()
                    .unwrap_or("no such service, or data that it does not know")
            ))),
            (Err(undone), _) => Err(ActionError {
                detail: format!("Home Assistant: {}", undone.detail),
                result: undone.result,
            }),
            (Ok(done), _) if self.data.is_some() => {
                // Who answers with data answers.
                let remark = match json.get("service_response") {
                    None => self.look(web, house, &json, deadline)?,
                    Some(_) => None,
                };
                let mut result = json!({"status": done.result["status"], "json": json});
                if let Some(remark) = remark {
                    result["remark"] = remark.into();
                }
                Ok(ActionOutput {
                    detail: self.shown(),
                    result,
                })
            }
            (Ok(_), _) => self.state(json),
        }
    }

    fn state(&self, json: Value) -> Result<ActionOutput, ActionError> {
        let entity = self.entity.as_deref().unwrap_or_default();
        let Some(state) = json["state"].as_str().map(str::to_owned) else {
            return Err(ActionError::new(format!(
                "Home Assistant: `{entity}` came without a state"
            )));
        };
        let attributes = &json["attributes"];
        let mut result = json!({
            "state": state,
            "name": attributes["friendly_name"],
            "unit": attributes["unit_of_measurement"],
            "attributes": attributes,
        });
        let detail = format!("{} is {state}", self.shown());
        let missing = NO_STATE.contains(&state.as_str());
        result["json"] = json;
        if missing {
            let detail = format!("Home Assistant: `{entity}` is {state}");
            return Err(ActionError { detail, result });
        }
        Ok(ActionOutput { detail, result })
    }
}
