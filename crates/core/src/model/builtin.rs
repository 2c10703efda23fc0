//! What Mynah can do by itself, without an action of the owner.

/// What a `builtin` action does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Slots `duration`, `name`.
    TimerSet,
    /// Slot `name`.
    TimerQuery,
    /// Slots `deed` (`cancel`, `pause`, `resume`), `name`, `which`.
    TimerControl,
    /// Slots `change` (`add`, `take`), `duration`, `name`.
    TimerExtend,
    /// Silences what rings.
    RingStop,
    /// Slots `duration`, `minutes`.
    RingSnooze,
    /// Slots `time`, `date`, `days`, `duration`.
    AlarmSet,
    /// No slots.
    AlarmQuery,
    /// Slots `time`, `date`, `which`.
    AlarmCancel,
    /// Slots `text`, `time`, `date`, `duration`.
    ReminderSet,
    /// No slots.
    ReminderQuery,
    /// Slots `text`, `which`.
    ReminderCancel,
    /// Says the time.
    TimeQuestion,
    /// Says the date.
    DateQuestion,
    /// Slot `volume`, in percent.
    VolumeSet,
    /// Slots `change` (`up`, `down`), `mute` (`mute`, `unmute`).
    VolumeChange,
    /// Says what the file describes.
    Help,
}

impl Deed {
    /// Every deed, with its name in `do`.
    pub const ALL: [(&str, Self); 17] = [
        ("timer_set", Self::TimerSet),
        ("timer_query", Self::TimerQuery),
        ("timer_control", Self::TimerControl),
        ("timer_extend", Self::TimerExtend),
        ("ring_stop", Self::RingStop),
        ("ring_snooze", Self::RingSnooze),
        ("alarm_set", Self::AlarmSet),
        ("alarm_query", Self::AlarmQuery),
        ("alarm_cancel", Self::AlarmCancel),
        ("reminder_set", Self::ReminderSet),
        ("reminder_query", Self::ReminderQuery),
        ("reminder_cancel", Self::ReminderCancel),
        ("time_question", Self::TimeQuestion),
        ("date_question", Self::DateQuestion),
        ("volume_set", Self::VolumeSet),
        ("volume_change", Self::VolumeChange),
        ("help", Self::Help),
    ];

    /// Whether it may follow what rings without the wake word.
    #[must_use]
    pub const fn answers_a_ring(self) -> bool {
        matches!(
            self,
            Self::RingStop
                | Self::RingSnooze
                | Self::TimerControl
                | Self::TimerExtend
                | Self::AlarmCancel
        )
    }

    /// Whether it changes nothing.
    #[must_use]
    pub const fn only_asks(self) -> bool {
        matches!(
            self,
            Self::TimerQuery
                | Self::AlarmQuery
                | Self::ReminderQuery
                | Self::TimeQuestion
                | Self::DateQuestion
                | Self::Help
        )
    }

    /// Whether it needs what is kept on disk.
    #[must_use]
    pub const fn remembers(self) -> bool {
        !matches!(self, Self::TimeQuestion | Self::DateQuestion | Self::Help)
    }
}
