//! Basso's plugin ABI 1.0 for activations, as <basso/abi.h> and <basso/activation.h> state it, and the macro
//! `activation!`, which makes a plugin library from two formulas; basso_math.rs has the functions for them. No
//! crate, no allocation, no panic.
#![allow(dead_code)]

#[path = "basso_math.rs"]
mod math;
pub use math::*;

use core::ffi::c_void;

/// A C string: UTF-8 with a terminating zero, constant.
type Text = *const u8;

pub const MAX_NUMBERS: usize = 16;
/// Elements of a block; results do not depend on it.
pub const BLOCK: usize = 64;

// ---- <basso/abi.h> ----

#[repr(C)]
pub struct Parameter {
    size: u32,
    reserved: u32,
    name: Text,
    kind: Text,
    default_value: Text,
    range: Text,
    unit: Text,
    documentation: Text,
    role: Text,
}

#[repr(C)]
pub struct Component {
    pub size: u32,
    pub parameter_count: u32,
    pub parameter_stride: u32,
    pub extension_count: u32,
    pub kind: Text,
    pub id: Text,
    pub version: Text,
    pub summary: Text,
    pub source: Text,
    pub services: Text,
    pub parameters: *const Parameter,
    pub extensions: *const c_void,
    pub functions: *const ActivationV1,
}
// SAFETY: all that a table points to is constant.
unsafe impl Sync for Component {}

#[repr(transparent)]
pub struct ComponentPointer(pub *const Component);
// SAFETY: as above.
unsafe impl Sync for ComponentPointer {}

#[repr(C)]
pub struct Entry {
    pub magic: [u8; 8],
    pub size: u32,
    pub abi_major: u32,
    pub abi_minor: u32,
    pub component_count: u32,
    pub components: *const ComponentPointer,
}
// SAFETY: as above.
unsafe impl Sync for Entry {}

/// An ELF note: owner "Basso", type 1, description "1.0 activation/1 ID" padded with zeros.
#[repr(C, align(4))]
pub struct Note<const BYTES: usize> {
    owner_bytes: u32,
    text_bytes: u32,
    kind: u32,
    owner: [u8; 8],
    description: [u8; BYTES],
}
impl<const BYTES: usize> Note<BYTES> {
    pub const fn new(text: &str) -> Self {
        let (text, mut description, mut i) = (text.as_bytes(), [0; BYTES], 0);
        while i < text.len() {
            description[i] = text[i];
            i += 1;
        }
        Note { owner_bytes: 6, text_bytes: BYTES as u32, kind: 1, owner: *b"Basso\0\0\0", description }
    }
}
/// Bytes of a note's description: the text, its terminating zero, and zeros up to a multiple of four.
pub const fn note_bytes(text: &str) -> usize {
    (text.len() + 4) / 4 * 4
}

// ---- <basso/activation.h> ----

#[repr(C)]
pub struct Facts {
    size: u32,
    stated: u32,
    rest: [u8; 0], // what follows is left as the host zeroed it: nothing is stated
}

type Value<T> = unsafe extern "C" fn(*const f64, *const T, *mut T, u64);
type Derivative<T> = unsafe extern "C" fn(*const f64, *const T, *const T, *mut T, u64);

#[repr(C)]
pub struct ActivationV1 {
    pub value_f32: Value<f32>,
    pub value_f64: Value<f64>,
    pub derivative_f32: Derivative<f32>,
    pub derivative_f64: Derivative<f64>,
    pub facts: unsafe extern "C" fn(*const f64, *mut Facts, *mut c_void) -> i32,
}

/// States nothing about the function.
pub unsafe extern "C" fn no_facts(_: *const f64, _: *mut Facts, _: *mut c_void) -> i32 {
    0
}

/// out[i] = f(x[i], y[i]), with code for AVX2 where the processor has it; the bits are the same.
///
/// # Safety
/// `x`, `y` and `out` have `count` elements; `out` equals an input exactly or is disjoint from it.
pub unsafe fn apply<T: Real>(x: *const T, y: *const T, out: *mut T, count: u64, f: impl Fn(T, T) -> T) {
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx2") {
        return blocks_avx2(x, y, out, count as usize, f);
    }
    blocks(x, y, out, count as usize, f)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn blocks_avx2<T: Real>(x: *const T, y: *const T, out: *mut T, count: usize, f: impl Fn(T, T) -> T) {
    blocks(x, y, out, count, f)
}

/// Block by block through local arrays: so the loop vectorises although `out` may be `x` or `y`, and a result's
/// bits depend on its x only.
#[inline(always)]
unsafe fn blocks<T: Real>(x: *const T, y: *const T, out: *mut T, count: usize, f: impl Fn(T, T) -> T) {
    let mut first = 0;
    while first < count {
        let length = if count - first < BLOCK { count - first } else { BLOCK };
        let (mut block_x, mut block_y) = ([T::default(); BLOCK], [T::default(); BLOCK]);
        core::ptr::copy_nonoverlapping(x.add(first), block_x.as_mut_ptr(), length);
        core::ptr::copy_nonoverlapping(y.add(first), block_y.as_mut_ptr(), length);
        for i in 0..BLOCK {
            block_x[i] = f(block_x[i], block_y[i]);
        }
        core::ptr::copy_nonoverlapping(block_x.as_ptr(), out.add(first), length);
        first += length;
    }
}

/// A C string of a literal.
#[macro_export]
macro_rules! text {
    ($text:expr) => {
        concat!($text, "\0").as_ptr().cast()
    };
}

/// A plugin library with one activation without parameters, from its formulas, which are compiled for f32 and
/// f64. Once in a crate, at its root.
#[macro_export]
macro_rules! activation {
    (id: $id:literal, version: $version:literal, summary: $summary:literal, source: $source:literal,
     value: |$x:ident| $value:expr, derivative: |$dx:ident, $dy:ident| $derivative:expr $(,)?) => {
        $crate::activation!(@loops f32, value_f32, derivative_f32, |$x| $value, |$dx, $dy| $derivative);
        $crate::activation!(@loops f64, value_f64, derivative_f64, |$x| $value, |$dx, $dy| $derivative);
        static FUNCTIONS: $crate::basso::ActivationV1 = $crate::basso::ActivationV1 {
            value_f32,
            value_f64,
            derivative_f32,
            derivative_f64,
            facts: $crate::basso::no_facts,
        };
        static COMPONENT: $crate::basso::Component = $crate::basso::Component {
            size: core::mem::size_of::<$crate::basso::Component>() as u32,
            parameter_count: 0,
            parameter_stride: core::mem::size_of::<$crate::basso::Parameter>() as u32,
            extension_count: 0,
            kind: $crate::text!("activation/1"),
            id: $crate::text!($id),
            version: $crate::text!($version),
            summary: $crate::text!($summary),
            source: $crate::text!($source),
            services: $crate::text!(""),
            parameters: core::ptr::null(),
            extensions: core::ptr::null(),
            functions: &FUNCTIONS,
        };
        static COMPONENTS: [$crate::basso::ComponentPointer; 1] = [$crate::basso::ComponentPointer(&COMPONENT)];
        static ENTRY: $crate::basso::Entry = $crate::basso::Entry {
            magic: *b"BASSOABI",
            size: core::mem::size_of::<$crate::basso::Entry>() as u32,
            abi_major: 1,
            abi_minor: 0,
            component_count: 1,
            components: COMPONENTS.as_ptr(),
        };
        const NOTE_TEXT: &str = concat!("1.0 activation/1 ", $id);
        #[used]
        #[link_section = ".note.basso"]
        static NOTE: $crate::basso::Note<{ $crate::basso::note_bytes(NOTE_TEXT) }> = $crate::basso::Note::new(NOTE_TEXT);

        #[no_mangle]
        pub extern "C" fn basso_plugin_entry() -> *const $crate::basso::Entry {
            &ENTRY
        }
    };
    (@loops $T:ty, $value_f:ident, $derivative_f:ident,
     |$x:ident| $value:expr, |$dx:ident, $dy:ident| $derivative:expr) => {
        unsafe extern "C" fn $value_f(_: *const f64, x: *const $T, y: *mut $T, count: u64) {
            #[inline(always)]
            fn f($x: $T, _: $T) -> $T {
                $value
            }
            $crate::basso::apply(x, x, y, count, f)
        }
        unsafe extern "C" fn $derivative_f(_: *const f64, x: *const $T, y: *const $T, d: *mut $T, count: u64) {
            #[inline(always)]
            fn f($dx: $T, $dy: $T) -> $T {
                $derivative
            }
            $crate::basso::apply(x, y, d, count, f)
        }
    };
}
