//! Weighs an understanding: act, ask, or refuse. Pure.
