//! What Mynah can do by itself, without an action of the owner.

/// What a `builtin` action does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BuiltinAction {
    /// Slots `duration`, `name`.
    TimerSet,
    /// Slots `name`, `duration` (of the timer), `which`.
    TimerQuery,
    /// Slots `deed` (`cancel`, `pause`, `resume`, `restart`), `name`, `duration`
    /// (of the timer), `which`.
    TimerControl,
    /// Slots `change` (`add`, `take`, `set`), `duration`, `name`,
    /// `timer_duration`, `which`.
    TimerExtend,
    /// Silences what rings.
    RingStop,
    /// Slot `duration`.
    RingSnooze,
    /// Slots `time`, `date`, `days`, `duration`.
    AlarmSet,
    /// Slots `time`, `date`.
    AlarmQuery,
    /// Slots `time`, `date`, `which`.
    AlarmCancel,
    /// Slots `time`, `date`; of which alarm `old_time`, `old_date`, `which`.
    AlarmMove,
    /// Slots `time`, `date`, `which`.
    AlarmSkip,
    /// Slots `text`, `time`, `date`, `days`, `duration`.
    ReminderSet,
    /// No slots.
    ReminderQuery,
    /// Slots `text`, `which`.
    ReminderCancel,
    /// Says which commands are scheduled.
    ScheduleQuery,
    /// Slots `time`, `date`, `which`.
    ScheduleCancel,
    /// Says the time.
    TimeQuestion,
    /// Says the date; slot `date`.
    DateQuestion,
    /// Says how many days there are; slot `date`.
    DaysUntil,
    /// Slot `volume`, in percent.
    VolumeSet,
    /// Slots `change` (`up`, `down`), `mute` (`mute`, `unmute`).
    VolumeChange,
    /// Says what the file describes.
    Help,
}

impl BuiltinAction {
    /// Every deed, with its name in `do`.
    pub const ALL: [(&str, Self); 22] = [
        ("timer_set", Self::TimerSet),
        ("timer_query", Self::TimerQuery),
        ("timer_control", Self::TimerControl),
        ("timer_extend", Self::TimerExtend),
        ("ring_stop", Self::RingStop),
        ("ring_snooze", Self::RingSnooze),
        ("alarm_set", Self::AlarmSet),
        ("alarm_query", Self::AlarmQuery),
        ("alarm_cancel", Self::AlarmCancel),
        ("alarm_move", Self::AlarmMove),
        ("alarm_skip", Self::AlarmSkip),
        ("reminder_set", Self::ReminderSet),
        ("reminder_query", Self::ReminderQuery),
        ("reminder_cancel", Self::ReminderCancel),
        ("schedule_query", Self::ScheduleQuery),
        ("schedule_cancel", Self::ScheduleCancel),
        ("time_question", Self::TimeQuestion),
        ("date_question", Self::DateQuestion),
        ("days_until", Self::DaysUntil),
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
                | Self::AlarmSkip
        )
    }

    /// Whether its time and day name what is set already, which may be in
    /// either half of the day.
    #[must_use]
    pub const fn names_entries(self) -> bool {
        matches!(
            self,
            Self::AlarmQuery
                | Self::AlarmCancel
                | Self::AlarmMove
                | Self::AlarmSkip
                | Self::ReminderQuery
                | Self::ReminderCancel
                | Self::ScheduleQuery
                | Self::ScheduleCancel
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
                | Self::ScheduleQuery
                | Self::TimeQuestion
                | Self::DateQuestion
                | Self::DaysUntil
                | Self::Help
        )
    }

    /// Whether it needs what is kept on disk.
    #[must_use]
    pub const fn remembers(self) -> bool {
        !matches!(
            self,
            Self::TimeQuestion | Self::DateQuestion | Self::DaysUntil | Self::Help
        )
    }
}
