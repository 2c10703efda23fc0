//! `[[button]]` and `[light]`: what is good, and what is wrong in them.

use super::reports;
use crate::parse;
use mynah_core::model::{Chip, Contact, LightKind, Press};

#[test]
fn buttons_and_a_light_are_read() {
    let text = r#"
        [[button]]
        on = "key:KEY_MICMUTE"
        do = "mute"
        device = "Jabra"
        [[button]]
        on = "gpio:gpiochip4/17"
        active = "high"
        do = "talk"
        [[button]]
        on = "key:SW_MUTE_DEVICE"
        do = "mute"
        [[button]]
        on = "pipe:bell"
        say = "who is there"
        [light]
        ws2812 = "/dev/spidev0.0"
        count = 12
    "#;
    let settings = parse(text).expect("the file is good");
    let on: Vec<String> = settings.buttons.iter().map(|b| b.on.written()).collect();
    assert_eq!(
        on,
        [
            "key:KEY_MICMUTE",
            "gpio:gpiochip4/17",
            "key:SW_MUTE_DEVICE",
            "pipe:bell"
        ]
    );
    assert!(settings.buttons[2].switch && !settings.buttons[0].switch);
    assert_eq!(settings.buttons[3].does, Press::Say("who is there".into()));
    let Contact::Gpio { active_low, .. } = settings.buttons[1].on else {
        panic!("a line");
    };
    assert!(!active_low);
    let light = settings.light.expect("a light");
    assert_eq!(light.brightness, 40);
    let LightKind::Chain { chip, count, .. } = light.kind else {
        panic!("a chain");
    };
    assert_eq!((chip, count), (Chip::Ws2812, 12));
}

#[test]
fn wrong_buttons_and_lights() {
    let files = [
        "[[button]]\non = \"key:KEY_MUT\"\ndo = \"mute\"\n",
        "[[button]]\non = \"key:KEY_MUTE\"\ndo = \"louder\"\n",
        "[[button]]\non = \"key:KEY_MUTE\"\n",
        "[[button]]\non = \"key:KEY_MUTE\"\ndo = \"mute\"\nsay = \"hello\"\n",
        "[[button]]\non = \"gpio:seventeen\"\ndo = \"talk\"\n",
        "[[button]]\non = \"gpio:../mem/1\"\ndo = \"talk\"\n",
        "[[button]]\non = \"gpio:17\"\nactive = \"down\"\ndo = \"talk\"\n",
        "[[button]]\non = \"gpio:17\"\ndevice = \"Jabra\"\ndo = \"talk\"\n",
        "[[button]]\non = \"mouse:1\"\ndo = \"talk\"\n",
        "[[button]]\non = \"pipe:two words\"\ndo = \"talk\"\n",
        "[[button]]\non = \"gpio:4\"\ndo = \"talk\"\nswitch = true\n",
        "[[button]]\non = \"gpio:4\"\ndo = \"talk\"\n[[button]]\non = \"gpio:4\"\ndo = \"stop\"\n",
        "[button]\non = \"gpio:4\"\ndo = \"talk\"\n",
        "[light]\nbrightness = 10\n",
        "[light]\nled = \"ACT\"\napa102 = \"/dev/spidev0.0\"\n",
        "[light]\nled = \"../ACT\"\n",
        "[light]\nled = \"ACT\"\ncount = 3\n",
        "[light]\napa102 = \"/etc/passwd\"\ncount = 0\nbrightness = 101\n",
        "[audio]\nsounds = \"sounds\"\nchime_volume = 101\n",
    ];
    insta::assert_snapshot!(reports(&files));
}
