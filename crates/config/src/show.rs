//! `show` and `suggest` of an intent: what a screen shows with its reply.

use std::path::Path;

use super::check::Checker;
use super::replies::{self, Allowed};
use super::written;
use mynah_core::model::{Show, SlotSpec};

/// Endings of the kinds of picture that every browser shows and that hold no script.
const PICTURES: [&str; 5] = ["png", "jpg", "jpeg", "webp", "gif"];

/// More fit on no screen.
const MOST: usize = 12;

/// Checks them; `None` where neither is written.
pub(crate) fn show(
    checker: &mut Checker<'_>,
    key: &str,
    show: Option<written::Show>,
    suggest: Vec<String>,
    (slots, results): (&[SlotSpec], &[&str]),
) -> Option<Show> {
    several(checker, &format!("{key}.suggest"), &suggest);
    let key = format!("{key}.show");
    let Some(written) = show else {
        return (!suggest.is_empty()).then(|| Show {
            suggest,
            ..Show::default()
        });
    };
    let nothing = written.text.is_none() && written.qr.is_none() && written.image.is_none();
    if nothing && written.list.is_empty() {
        let hint = "write one of `text`, `list`, `image` and `qr`";
        checker.report(&key, "this shows nothing", hint);
    }
    let allowed = Allowed {
        results,
        expressions: true,
        ..Allowed::SLOTS
    };
    for (part, text) in [("text", &written.text), ("qr", &written.qr)] {
        if let Some(text) = text {
            let key = format!("{key}.{part}");
            checker.not_blank(&key, text);
            replies::template(checker, &key, text, slots, allowed);
        }
    }
    several(checker, &format!("{key}.list"), &written.list);
    for (index, text) in written.list.iter().enumerate() {
        let key = format!("{key}.list[{index}]");
        replies::template(checker, &key, text, slots, allowed);
    }
    if let Some(image) = &written.image {
        picture(checker, &key, image, written.alt.as_deref());
    } else if written.alt.is_some() {
        let hint = "`alt` says in words what `image` shows";
        checker.report(&format!("{key}.alt"), "there is no picture", hint);
    }
    Some(Show {
        text: written.text,
        list: written.list,
        qr: written.qr,
        image: written
            .image
            .map(|file| (file, written.alt.unwrap_or_default())),
        suggest,
    })
}

fn picture(checker: &mut Checker<'_>, key: &str, image: &Path, alt: Option<&str>) {
    let ending = image.extension().unwrap_or_default().to_string_lossy();
    if !PICTURES.contains(&ending.to_lowercase().as_str()) {
        checker.report(
            &format!("{key}.image"),
            format!("`{}` is no picture that a page shows", image.display()),
            "save it as .png, .jpg, .webp or .gif",
        );
    }
    if alt.is_none_or(|alt| alt.trim().is_empty()) {
        let hint = "add `alt`: a sentence on what the picture shows";
        let message = "who cannot see the picture learns nothing of it";
        checker.report(&format!("{key}.image"), message, hint);
    }
}

fn several(checker: &mut Checker<'_>, key: &str, texts: &[String]) {
    if MOST < texts.len() {
        let message = format!("{} are too many for a screen", texts.len());
        checker.report(key, message, format!("write {MOST} at most"));
    }
    for (index, text) in texts.iter().enumerate() {
        checker.not_blank(&format!("{key}[{index}]"), text);
    }
}
