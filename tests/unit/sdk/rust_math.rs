//! The mathematics of the Rust template through its loops, for math_test.cpp: NAME_f32 and NAME_f64, each
//! (x, out, count).
#[path = "../../../sdk/templates/rust/basso.rs"]
mod basso;

macro_rules! export {
    ($($function:ident $f32:ident $f64:ident;)*) => {$(
        #[no_mangle]
        pub unsafe extern "C" fn $f32(x: *const f32, out: *mut f32, count: u64) {
            basso::apply(x, x, out, count, |x, _| basso::$function(x))
        }
        #[no_mangle]
        pub unsafe extern "C" fn $f64(x: *const f64, out: *mut f64, count: u64) {
            basso::apply(x, x, out, count, |x, _| basso::$function(x))
        }
    )*};
}
export! {
    exp exp_f32 exp_f64;
    exp2_normal exp2_normal_f32 exp2_normal_f64;
    sinpi sinpi_f32 sinpi_f64;
    cospi cospi_f32 cospi_f64;
    expm1 expm1_f32 expm1_f64;
    tanh tanh_f32 tanh_f64;
    logistic logistic_f32 logistic_f64;
    sin sin_f32 sin_f64;
    cos cos_f32 cos_f64;
    log1p log1p_f32 log1p_f64;
    erf erf_f32 erf_f64;
    sqrt sqrt_f32 sqrt_f64;
}

/// At -|x|, as these two want it.
macro_rules! export_negative {
    ($($function:ident $f32:ident $f64:ident;)*) => {$(
        #[no_mangle]
        pub unsafe extern "C" fn $f32(x: *const f32, out: *mut f32, count: u64) {
            basso::apply(x, x, out, count, |x, _| basso::$function(-basso::abs(x)))
        }
        #[no_mangle]
        pub unsafe extern "C" fn $f64(x: *const f64, out: *mut f64, count: u64) {
            basso::apply(x, x, out, count, |x, _| basso::$function(-basso::abs(x)))
        }
    )*};
}
export_negative! {
    exp_negative exp_negative_f32 exp_negative_f64;
    expm1_negative expm1_negative_f32 expm1_negative_f64;
}
