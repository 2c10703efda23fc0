//! Trained wake words in backups.

use super::*;
use mynah_wake::word::Word;
use mynah_wake::{Classifier, WIDTH};

fn word(name: &str) -> Vec<u8> {
    let classifier = Classifier {
        weights: vec![0.25; 8 * WIDTH],
        bias: -1.0,
    };
    Word::new(name, "smart mirror", "en", "00ff", &classifier).write()
}

fn keep(house: &BackupFixture, file: &str, content: &[u8]) {
    let path = house.path("state/wake").join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

#[test]
fn a_word_goes_into_a_backup_and_back() {
    let house = BackupFixture::new();
    keep(&house, "smart_mirror.word", &word("smart_mirror"));
    keep(&house, "torn.word", b"{\"format\"");
    keep(&house, "notes.txt", b"mine");
    let collected = house.collect();
    let out: Vec<&str> = collected
        .left_out
        .iter()
        .map(|out| out.why.as_str())
        .collect();
    assert_eq!(
        out.len(),
        2,
        "the missing secret and the torn word: {out:?}"
    );
    assert!(out[1].contains("damaged"), "{out:?}");
    let file = house.path("backup.zip");
    pack(&collected, &file, true).unwrap();
    let path = house.path("state/wake/smart_mirror.word");
    fs::remove_file(&path).unwrap();
    house.restore(&file).unwrap();
    assert_eq!(fs::read(&path).unwrap(), word("smart_mirror"));
    assert_eq!(collected.list.version, 2);
    // Without words an older version can still read it.
    fs::remove_dir_all(house.path("state/wake")).unwrap();
    assert_eq!(house.collect().list.version, 1);
}

#[test]
fn a_word_is_restored_among_the_words_and_nowhere_else() {
    let house = BackupFixture::new();
    keep(&house, "smart_mirror.word", &word("smart_mirror"));
    let file = house.backup();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::remove_dir_all(house.path("state/wake")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), house.path("state/wake")).unwrap();
    let said = house.restore(&file).unwrap_err().to_string();
    assert!(said.contains("nothing was changed"), "{said}");
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[test]
fn a_word_under_another_name_is_not_in_a_backup() {
    let house = BackupFixture::new();
    // Its file was renamed, so that it would stand in for a built-in word.
    keep(&house, "alexa.word", &word("smart_mirror"));
    let collected = house.collect();
    let why = &collected.left_out.last().unwrap().why;
    assert_eq!(why, "it is the file of the word `smart_mirror`");
    assert_eq!(collected.list.version, 1);
}
