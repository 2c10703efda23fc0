//! Loads the vendor's library and the shim at run time and calls the shim:
//! the only place with `unsafe` code, wrapped so that the rest has none.
//!
//! The library comes first and with global visibility, because the shim's own
//! references to it are left open: so it is bound to no file of a release, and a
//! machine without the library can still start this program. It is valid for one
//! major.minor version all the same: the vendor's virtual functions are called by
//! their place in a table, where no symbol would be missing.

#![expect(
    unsafe_code,
    reason = "a library chosen at run time can only be called through its C interface"
)]

mod npu;

use std::ffi::{CStr, CString, OsStr, c_char};
use std::path::Path;
use std::ptr::{self, NonNull};

use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_LOCAL, RTLD_NOW};
use mynah_llm_link::ErrorClass;

use super::status::{Fault, Version};
use crate::backend::BackendError;

pub(super) use npu::{Npu, State};

/// `MYNAH_HAILO_ABI` of shim.h.
const ABI: u32 = 3;

/// The shim's session; only its address is ever looked at.
#[repr(C)]
struct Raw {
    _opaque: [u8; 0],
}

/// `mynah_hailo_identity` of shim.h.
#[repr(C)]
struct RawIdentity {
    firmware: [u32; 3],
    architecture: [u8; 32],
}

/// `mynah_hailo_health` of shim.h.
#[repr(C)]
struct RawHealth {
    chip_c: f32,
    power_w: f32,
    memory_percent: f32,
    throttling: i32,
}

/// `hailo_version_t` of the vendor's C header.
#[repr(C)]
#[derive(Default)]
struct RawVersion {
    major: u32,
    minor: u32,
    revision: u32,
}

/// Declares a table of the shim's functions and how to fill it.
macro_rules! functions {
    ($($field:ident = $symbol:literal: fn($($arg:ty),*) $(-> $result:ty)?;)+) => {
        /// The shim's functions, as shim.h declares them.
        #[derive(Clone, Copy)]
        struct Functions {
            $($field: unsafe extern "C" fn($($arg),*) $(-> $result)?,)+
        }

        impl Functions {
            fn find(shim: &Library) -> Result<Self, libloading::Error> {
                Ok(Self {
                    // SAFETY: the types are those of shim.h, whose version was
                    // compared before, and the library is never unloaded, so
                    // the addresses stay valid.
                    $($field: unsafe {
                        *shim.get::<unsafe extern "C" fn($($arg),*) $(-> $result)?>($symbol)?
                    },)+
                })
            }
        }
    };
}

functions! {
    status_name = b"mynah_hailo_status_name": fn(i32) -> *const c_char;
    open = b"mynah_hailo_open": fn(*const c_char, *mut *mut Raw) -> i32;
    load = b"mynah_hailo_load": fn(*mut Raw, *const c_char) -> i32;
    close = b"mynah_hailo_close": fn(*mut Raw);
    identify = b"mynah_hailo_identify": fn(*mut Raw, *mut RawIdentity) -> i32;
    health_now = b"mynah_hailo_health_now": fn(*mut Raw, *mut RawHealth) -> i32;
    tokenize = b"mynah_hailo_tokenize":
        fn(*mut Raw, *const u8, usize, *mut i32, usize, *mut usize) -> i32;
    usage = b"mynah_hailo_usage": fn(*mut Raw, *mut usize, *mut usize) -> i32;
    template = b"mynah_hailo_template": fn(*mut Raw, *mut u8, usize, *mut usize) -> i32;
    get_stops = b"mynah_hailo_get_stops": fn(*mut Raw, *mut u8, usize, *mut usize) -> i32;
    set_stops = b"mynah_hailo_set_stops": fn(*mut Raw, *const u8, usize) -> i32;
    set_recovery = b"mynah_hailo_set_recovery": fn(*mut Raw, *const u8, usize) -> i32;
    generate = b"mynah_hailo_generate": fn(*mut Raw, *const u8, usize, u32) -> i32;
    read = b"mynah_hailo_read":
        fn(*mut Raw, *mut u8, usize, *mut usize, *mut i32, u32) -> i32;
    abort = b"mynah_hailo_abort": fn(*mut Raw) -> i32;
    finish = b"mynah_hailo_finish": fn(*mut Raw);
    clear = b"mynah_hailo_clear": fn(*mut Raw) -> i32;
    save = b"mynah_hailo_save": fn(*mut Raw, *mut usize) -> i32;
    restore = b"mynah_hailo_restore": fn(*mut Raw) -> i32;
}

/// Tells the vendor's library into which folder to write its log, or to write
/// none. Must run while the process has one thread, before the library is
/// loaded: it reads this then.
pub(crate) fn set_log(folder: Option<&Path>) {
    let folder = folder.map_or(OsStr::new("NONE"), Path::as_os_str);
    for (name, value) in [
        ("HAILORT_LOGGER_PATH", folder),
        ("HAILORT_CONSOLE_LOGGER_LEVEL", OsStr::new("warning")),
    ] {
        // SAFETY: no other thread runs yet that could read the environment.
        unsafe { std::env::set_var(name, value) };
    }
}

/// The vendor's library, loaded for the life of the process.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vendor {
    /// What it says it is.
    pub version: Version,
}

impl Vendor {
    /// Loads it by path or, for the system's own search, by bare name.
    pub(super) fn load(name: &OsStr) -> Result<Self, BackendError> {
        // SAFETY: the library's initialisers run. It is the vendor's, in a
        // folder that only the machine's owner writes to, made to be loaded.
        let library = unsafe { Library::open(Some(name), RTLD_NOW | RTLD_GLOBAL) }
            .map_err(|error| failure(name, &error))?;
        // Its threads outlive every session, so it must never be unloaded.
        let library: &'static Library = Box::leak(Box::new(library));
        // SAFETY: the signature is that of the vendor's hailort.h, unchanged
        // from 4.0 to 5.2; the struct is three 32-bit numbers.
        let version = unsafe {
            let get = library
                .get::<unsafe extern "C" fn(*mut RawVersion) -> i32>(b"hailo_get_library_version")
                .map_err(|error| failure(name, &error))?;
            let mut version = RawVersion::default();
            if get(&raw mut version) != 0 {
                version = RawVersion::default();
            }
            version
        };
        Ok(Self {
            version: Version(version.major, version.minor, version.revision),
        })
    }
}

/// The shim, loaded for the life of the process.
#[derive(Clone, Copy)]
pub(super) struct Shim {
    functions: Functions,
}

impl Shim {
    /// Loads it, after the vendor's library, and only for the version of that which
    /// it was compiled against.
    pub(super) fn load(path: &Path, vendor: Vendor) -> Result<Self, BackendError> {
        let name = path.as_os_str();
        // SAFETY: as for the vendor's library; the shim is our own.
        let library = unsafe { Library::open(Some(name), RTLD_NOW | RTLD_LOCAL) }
            .map_err(|error| failure(name, &error))?;
        let library: &'static Library = Box::leak(Box::new(library));
        // SAFETY: every version of shim.h declares this function alike.
        let abi = unsafe {
            let get = library
                .get::<unsafe extern "C" fn() -> u32>(b"mynah_hailo_abi")
                .map_err(|error| failure(name, &error))?;
            get()
        };
        if abi != ABI {
            return Err(BackendError::new(
                ErrorClass::SymbolMissing,
                format!(
                    "the shim `{}` is made for interface {abi}, and this program for {ABI}",
                    path.display()
                ),
            ));
        }
        // SAFETY: shim.h declares it since the version that was compared; three
        // 32-bit numbers are written.
        let made_for = unsafe {
            let get = library
                .get::<unsafe extern "C" fn(*mut [u32; 3])>(b"mynah_hailo_made_for")
                .map_err(|error| failure(name, &error))?;
            let mut numbers = [0; 3];
            get(&raw mut numbers);
            Version(numbers[0], numbers[1], numbers[2])
        };
        if !made_for.has_the_interface_of(vendor.version) {
            return Err(BackendError::new(
                ErrorClass::ShimMismatch,
                format!(
                    "the shim `{}` was compiled for HailoRT {made_for}, and {} is installed",
                    path.display(),
                    vendor.version
                ),
            ));
        }
        let functions = Functions::find(library).map_err(|error| failure(name, &error))?;
        Ok(Self { functions })
    }

    /// Opens the device for processes of this group.
    pub(super) fn open(self, group: &str) -> Result<Npu, Fault> {
        let group = CString::new(group).unwrap_or_default();
        let mut raw = ptr::null_mut();
        // SAFETY: both pointers are valid for the call; the text ends in zero.
        let status = unsafe { (self.functions.open)(group.as_ptr(), &raw mut raw) };
        self.check(status)?;
        let raw = NonNull::new(raw).ok_or_else(|| self.fault(-1))?;
        Ok(Npu { shim: self, raw })
    }

    fn check(self, status: i32) -> Result<(), Fault> {
        if status == 0 {
            Ok(())
        } else {
            Err(self.fault(status))
        }
    }

    fn fault(self, status: i32) -> Fault {
        // SAFETY: the function takes any number; what it gives is null or a
        // static text that ends in zero.
        let name = unsafe {
            let name = (self.functions.status_name)(status);
            (!name.is_null()).then(|| CStr::from_ptr(name).to_string_lossy().into_owned())
        };
        Fault {
            status,
            name: name.unwrap_or_default(),
        }
    }
}

/// A library that cannot be loaded, or lacks something.
fn failure(name: &OsStr, error: &libloading::Error) -> BackendError {
    let cause = match error {
        libloading::Error::DlOpen { source } | libloading::Error::DlSym { source } => {
            source.to_string()
        }
        other => other.to_string(),
    };
    let lacks = matches!(error, libloading::Error::DlSym { .. })
        || cause.contains("undefined symbol")
        || cause.contains("version `");
    let class = if lacks {
        ErrorClass::SymbolMissing
    } else {
        ErrorClass::LibraryMissing
    };
    BackendError::new(
        class,
        format!("`{}` cannot be loaded: {cause}", name.display()),
    )
}
