//! A stand-in for the accelerator: a library with the interface of the shim
//! (`crates/llm-worker/src/hailo/shim.h`) and of the vendor's version call, which
//! answers from a table, takes the time that the device would, and fails in
//! every way on demand. The tests load it as the worker loads the real one.
//!
//! It is told what to do by the model file: see [`plan::Plan`].

#![expect(
    unsafe_code,
    reason = "it offers a C interface, so it is handed plain pointers"
)]

mod device;
mod form;
mod plan;

use std::ffi::{CStr, c_char};
use std::time::Duration;

use device::Device;
use plan::{How, Plan};

/// A status or nothing, as the interface wants it.
fn status(result: Result<(), i32>) -> i32 {
    result.err().unwrap_or(0)
}

/// The session behind the pointer.
///
/// # Safety
/// `session` comes from [`mynah_hailo_open`] and is used by one thread.
unsafe fn session<'a>(session: *mut Device) -> &'a mut Device {
    // SAFETY: the caller promises it.
    unsafe { &mut *session }
}

/// The text behind pointer and length.
///
/// # Safety
/// `length` bytes can be read at `text`.
unsafe fn text<'a>(text: *const u8, length: usize) -> &'a str {
    // SAFETY: the caller promises it.
    let bytes = unsafe { std::slice::from_raw_parts(text, length) };
    std::str::from_utf8(bytes).unwrap_or("\u{fffd}")
}

/// Copies what there is room for.
///
/// # Safety
/// `room` bytes can be written at `to`.
unsafe fn give(bytes: &[u8], to: *mut u8, room: usize) {
    // SAFETY: the caller promises it, and no more than `room` is copied.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len().min(room)) }
}

/// The vendor's own call.
///
/// # Safety
/// Three numbers can be written at `version`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hailo_get_library_version(version: *mut [u32; 3]) -> i32 {
    // SAFETY: the caller promises it.
    unsafe { *version = Plan::read().version };
    0
}

/// See shim.h.
#[unsafe(no_mangle)]
pub extern "C" fn mynah_hailo_abi() -> u32 {
    match Plan::read().strike("abi", "") {
        Some(How::Status(_)) => 0,
        _ => 3,
    }
}

/// See shim.h.
///
/// # Safety
/// Three numbers can be written at `version`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_made_for(version: *mut [u32; 3]) {
    let plan = Plan::read();
    // SAFETY: the caller promises it.
    unsafe { *version = plan.made_for.unwrap_or(plan.version) };
}

/// See shim.h.
#[unsafe(no_mangle)]
pub extern "C" fn mynah_hailo_status_name(status: i32) -> *const c_char {
    let name: &CStr = match status {
        0 => c"SUCCESS",
        _ => c"STAND_IN_FAILURE",
    };
    name.as_ptr()
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_open(_: *const c_char, out: *mut *mut Device) -> i32 {
    status(Device::open(Plan::read()).map(|device| {
        // SAFETY: the caller promises a place for a pointer.
        unsafe { *out = Box::into_raw(Box::new(device)) };
    }))
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_load(device: *mut Device, _: *const c_char) -> i32 {
    // SAFETY: as in shim.h.
    status(unsafe { session(device) }.load())
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_close(device: *mut Device) {
    if !device.is_null() {
        // SAFETY: it was made by `Box::into_raw`, and is given up now.
        let device = unsafe { Box::from_raw(device) };
        // Closing reports nothing; it can only hang or crash.
        let _ = device.fails("close", "");
    }
}

/// As in shim.h.
#[repr(C)]
pub struct Identity {
    firmware: [u32; 3],
    architecture: [u8; 32],
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_identify(device: *mut Device, out: *mut Identity) -> i32 {
    // SAFETY: as in shim.h.
    let (device, out) = unsafe { (session(device), &mut *out) };
    status(device.fails("identify", "").map(|()| {
        out.firmware = Plan::read().version;
        out.architecture[..8].copy_from_slice(b"HAILO10H");
    }))
}

/// As in shim.h.
#[repr(C)]
pub struct Health {
    chip_c: f32,
    power_w: f32,
    memory_percent: f32,
    throttling: i32,
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_health_now(device: *mut Device, out: *mut Health) -> i32 {
    // SAFETY: as in shim.h.
    let (device, out) = unsafe { (session(device), &mut *out) };
    status(device.fails("health", "").map(|()| {
        *out = Health {
            chip_c: 51.5,
            power_w: f32::NAN,
            memory_percent: 40.0,
            throttling: 0,
        };
    }))
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_tokenize(
    device: *mut Device,
    from: *const u8,
    length: usize,
    _: *mut i32,
    _: usize,
    count: *mut usize,
) -> i32 {
    // SAFETY: as in shim.h.
    let (device, text, count) = unsafe { (session(device), text(from, length), &mut *count) };
    status(device.fails("tokenize", text).map(|()| {
        *count = device::tokens(text).count();
    }))
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_usage(
    device: *mut Device,
    used: *mut usize,
    capacity: *mut usize,
) -> i32 {
    // SAFETY: as in shim.h.
    let (device, used, capacity) = unsafe { (session(device), &mut *used, &mut *capacity) };
    status(device.fails("usage", "").map(|()| {
        (*used, *capacity) = device.usage();
    }))
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_template(
    device: *mut Device,
    to: *mut u8,
    room: usize,
    length: *mut usize,
) -> i32 {
    // SAFETY: as in shim.h.
    let (device, length) = unsafe { (session(device), &mut *length) };
    status(device.template().map(|text| {
        *length = text.len().min(room);
        // SAFETY: as in shim.h.
        unsafe { give(text.as_bytes(), to, room) };
    }))
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_get_stops(
    device: *mut Device,
    to: *mut u8,
    room: usize,
    length: *mut usize,
) -> i32 {
    // SAFETY: as in shim.h.
    let (device, length) = unsafe { (session(device), &mut *length) };
    status(device.fails("get_stops", "").map(|()| {
        let joined: String = device.stops.iter().flat_map(|stop| [stop, "\0"]).collect();
        *length = joined.len().min(room);
        // SAFETY: as in shim.h.
        unsafe { give(joined.as_bytes(), to, room) };
    }))
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_set_stops(
    device: *mut Device,
    from: *const u8,
    length: usize,
) -> i32 {
    // SAFETY: as in shim.h.
    let (device, text) = unsafe { (session(device), text(from, length)) };
    status(device.fails("set_stops", "").map(|()| {
        device.stops = text.split_terminator('\0').map(str::to_owned).collect();
    }))
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_set_recovery(
    device: *mut Device,
    _: *const u8,
    length: usize,
) -> i32 {
    // SAFETY: as in shim.h.
    let device = unsafe { session(device) };
    assert_eq!(length, 0, "the worker wants no recovery sequence");
    status(device.fails("set_recovery", ""))
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_generate(
    device: *mut Device,
    from: *const u8,
    length: usize,
    max_tokens: u32,
) -> i32 {
    // SAFETY: as in shim.h.
    let (device, text) = unsafe { (session(device), text(from, length)) };
    status(device.generate(text, max_tokens))
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_read(
    device: *mut Device,
    to: *mut u8,
    room: usize,
    length: *mut usize,
    state: *mut i32,
    timeout_ms: u32,
) -> i32 {
    // SAFETY: as in shim.h.
    let (device, length, state) = unsafe { (session(device), &mut *length, &mut *state) };
    let read = device.read(Duration::from_millis(timeout_ms.into()));
    status(read.map(|(piece, now)| {
        *length = piece.len().min(room);
        *state = now as i32;
        // SAFETY: as in shim.h.
        unsafe { give(&piece, to, room) };
    }))
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_abort(device: *mut Device) -> i32 {
    // SAFETY: as in shim.h.
    status(unsafe { session(device) }.abort())
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_finish(device: *mut Device) {
    // SAFETY: as in shim.h.
    unsafe { session(device) }.finish();
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_clear(device: *mut Device) -> i32 {
    // SAFETY: as in shim.h.
    status(unsafe { session(device) }.clear())
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_save(device: *mut Device, length: *mut usize) -> i32 {
    // SAFETY: as in shim.h.
    let (device, length) = unsafe { (session(device), &mut *length) };
    status(device.save().map(|size| *length = size))
}

/// See shim.h.
///
/// # Safety
/// As in shim.h.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_hailo_restore(device: *mut Device) -> i32 {
    // SAFETY: as in shim.h.
    status(unsafe { session(device) }.restore())
}
