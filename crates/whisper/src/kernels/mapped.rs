//! Numbers of a memory-mapped file, or of memory of our own, behind one type. The one
//! place of this crate with `unsafe`.

use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::ops::{Deref, Range};
use std::sync::Arc;

use bytemuck::Pod;
use memmap2::{Advice, Mmap};
use safetensors::Dtype;

const _: () = assert!(
    cfg!(target_endian = "little"),
    "the files of weights are little-endian, and are used as they are"
);

/// A number as a file of tensors stores it.
pub trait Element: Pod {
    /// The name of the type in the file.
    const DTYPE: Dtype;
}

impl Element for f32 {
    const DTYPE: Dtype = Dtype::F32;
}

impl Element for u32 {
    const DTYPE: Dtype = Dtype::U32;
}

impl Element for i8 {
    const DTYPE: Dtype = Dtype::I8;
}

impl Element for u8 {
    const DTYPE: Dtype = Dtype::U8;
}

/// Maps a whole file for reading, and asks the kernel to read ahead.
///
/// # Errors
/// When the file cannot be mapped; an empty file cannot.
#[expect(unsafe_code, reason = "a mapping is memory that the file system owns")]
pub(super) fn map(file: &File) -> io::Result<Arc<Mmap>> {
    // SAFETY: the bytes must not change while they are mapped. Files of the store are
    // written beside their place and renamed into it, so a mapping keeps the file that
    // it began with. Whoever overwrites one in place can damage it by other means, too;
    // every bit pattern is a valid number, so that wrong weights are the worst result.
    let map = unsafe { Mmap::map(file)? };
    // A kernel that does not know the advice reads page by page.
    let _ = map.advise(Advice::WillNeed);
    Ok(Arc::new(map))
}

/// A slice of numbers: a part of a mapped file, or owned.
#[derive(Clone)]
pub struct Values<T>(Source<T>);

#[derive(Clone)]
enum Source<T> {
    Owned(Vec<T>),
    Mapped {
        map: Arc<Mmap>,
        bytes: Range<usize>,
        element: PhantomData<T>,
    },
}

impl<T: Element> Values<T> {
    /// The numbers in `bytes` of a mapped file. `None` if the range is outside of the
    /// file, cuts a number, or is not aligned.
    pub(super) fn mapped(map: &Arc<Mmap>, bytes: Range<usize>) -> Option<Self> {
        let part = map.get(bytes.clone())?;
        bytemuck::try_cast_slice::<u8, T>(part).ok()?;
        Some(Self(Source::Mapped {
            map: Arc::clone(map),
            bytes,
            element: PhantomData,
        }))
    }
}

impl<T> From<Vec<T>> for Values<T> {
    fn from(numbers: Vec<T>) -> Self {
        Self(Source::Owned(numbers))
    }
}

impl<T: Element> Deref for Values<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.0 {
            Source::Owned(numbers) => numbers,
            Source::Mapped { map, bytes, .. } => bytemuck::cast_slice(&map[bytes.clone()]),
        }
    }
}

impl<T> std::fmt::Debug for Values<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Source::Owned(numbers) => write!(f, "Values({} in memory)", numbers.len()),
            Source::Mapped { bytes, .. } => write!(f, "Values(bytes {bytes:?} of a file)"),
        }
    }
}
