//! Elementary functions that vectorise, for f32 and f64: exp, exp_negative, exp2_normal, expm1, expm1_negative, tanh,
//! logistic, sin, cos, sinpi, cospi, log1p, erf, sqrt, and abs, with_sign, clip. Write `sin(x)`: `x.sin()` is the standard
//! library's, which does not.
//!
//! The algorithms and constants of <basso/math.h> and <basso/math_special.h>: without branches, tables or fused
//! multiply-adds; NaN gives NaN, an infinity gives the limit; the bits of a result depend on x only. The bound
//! beside each function holds in both precisions; an ulp is the distance between neighbouring numbers there.

/// f32 and f64.
pub trait Real: Copy + Default {
    fn abs(self) -> Self;
    fn with_sign(self, sign: Self) -> Self;
    fn clip(self, low: Self, high: Self) -> Self;
    fn exp(self) -> Self;
    fn exp_negative(self) -> Self;
    fn exp2_normal(self) -> Self;
    fn expm1(self) -> Self;
    fn expm1_negative(self) -> Self;
    fn tanh(self) -> Self;
    fn logistic(self) -> Self;
    fn sin(self) -> Self;
    fn cos(self) -> Self;
    fn sinpi(self) -> Self;
    fn cospi(self) -> Self;
    fn log1p(self) -> Self;
    fn erf(self) -> Self;
    fn sqrt(self) -> Self;
}

macro_rules! functions {
    ($($(#[$documentation:meta])* $name:ident($($more:ident),*);)*) => {$(
        $(#[$documentation])*
        #[inline(always)]
        pub fn $name<T: Real>(x: T, $($more: T),*) -> T {
            T::$name(x, $($more),*)
        }
    )*};
}
functions! {
    /// |x|, exact.
    abs();
    /// The modulus x, at least 0 or NaN, with the sign of `sign`; exact.
    with_sign(sign);
    /// x kept inside [low, high]; NaN stays NaN.
    clip(low, high);
    /// At most 1.5 ulp.
    exp();
    /// exp(x) for x <= 0, with less work: at most 1.5 ulp.
    exp_negative();
    /// 2^x, the cheapest exponential, for |x| up to 126 in f32, 1022 in f64; elsewhere without meaning. At most 1.5 ulp.
    exp2_normal();
    /// exp(x) - 1, precise near 0: at most 2.5 ulp.
    expm1();
    /// The same for x <= 0, with less work.
    expm1_negative();
    /// At most 3 ulp.
    tanh();
    /// 1 / (1 + exp(-x)): at most 3 ulp.
    logistic();
    /// At most 2.5 ulp for |x| up to 3e6 in f32, 1e6 in f64; absolute error 3e-7 up to 1e9 in f32, 2e-16 |x| up to
    /// 1e15 in f64; beyond, in [-1, 1] without meaning. NaN at the infinities.
    sin();
    /// As sin.
    cos();
    /// sin(pi x), at half the cost of sin: at most 2.5 ulp for |x| up to 2^22 in f32, 2^51 in f64; beyond, in [-1, 1]
    /// without meaning. NaN at the infinities.
    sinpi();
    /// As sinpi.
    cospi();
    /// log(1 + x): at most 1.5 ulp; -1 gives -infinity, less gives NaN.
    log1p();
    /// The error function: at most 3 ulp.
    erf();
    /// Exact to rounding; NaN below 0.
    sqrt();
}

/// c0 + x (c1 + x (c2 + ...)).
macro_rules! polynomial {
    ($x:expr; $last:expr) => { $last };
    ($x:expr; $first:expr, $($rest:expr),+) => { $first + $x * (polynomial!($x; $($rest),+)) };
}

/// What the two precisions share. $shift is 1.5 times 2^$bits, where $bits and $bias are those of the format. Below $zero
/// exp(x) is 0, below $small exp(x) - 1 is -1; 2^$raised keeps the factors of small results normal.
macro_rules! shared {
    ($T:ty, $sign:expr, $shift:expr, $bits:expr, $bias:expr, $zero:expr, $small:expr, $raised:expr,
     $minus_ln2:ident, $expm1_kernel:ident, $exp2m1_kernel:ident, $sinpi_kernel:ident) => {
        #[inline(always)]
        fn abs(self) -> $T {
            <$T>::from_bits(self.to_bits() & !$sign)
        }
        #[inline(always)]
        fn with_sign(self, sign: $T) -> $T {
            <$T>::from_bits(self.to_bits() | (sign.to_bits() & $sign))
        }
        #[inline(always)]
        fn clip(self, low: $T, high: $T) -> $T {
            let raised = if self < low { low } else { self };
            if raised > high {
                high
            } else {
                raised
            }
        }
        #[inline(always)]
        fn sqrt(self) -> $T {
            <$T>::sqrt(self)
        }
        /// -t / (2 + t) with t = exp(-2|x|) - 1, and x's sign.
        #[inline(always)]
        fn tanh(self) -> $T {
            let t = expm1_negative(-2.0 * abs(self));
            with_sign(-t / (2.0 + t), self)
        }
        /// From exp(-|x|), so that the left tail keeps full precision.
        #[inline(always)]
        fn logistic(self) -> $T {
            let e = exp_negative(-abs(self));
            let numerator = if self < 0.0 { e } else { 1.0 };
            numerator / (1.0 + e)
        }
        /// The shift holds the exponent's bias, so that its low bits are those of a factor 2^n, here raised.
        #[inline(always)]
        fn exp_negative(self) -> $T {
            let inside = if self < $zero { $zero } else { self };
            let (shifted, r) = $minus_ln2(inside, $shift + $bias + $raised as $T);
            let scale = <$T>::from_bits(shifted.to_bits() << $bits);
            let lowered = <$T>::from_bits((1.0 as $T).to_bits() - ($raised << $bits));
            (scale * $expm1_kernel(r) + scale) * lowered
        }
        #[inline(always)]
        fn expm1_negative(self) -> $T {
            let inside = if self < $small { $small } else { self };
            let (shifted, r) = $minus_ln2(inside, $shift + $bias);
            let scale = <$T>::from_bits(shifted.to_bits() << $bits);
            scale * $expm1_kernel(r) + (scale - 1.0)
        }
        #[inline(always)]
        fn exp2_normal(self) -> $T {
            let shift = $shift + $bias;
            let shifted = self + shift;
            let scale = <$T>::from_bits(shifted.to_bits() << $bits);
            scale * $exp2m1_kernel(self - (shifted - shift)) + scale
        }
        /// x = n + f with |f| <= 1/2, which is exact: sin(pi x) = (-1)^n sin(pi f). n stands in the low bits.
        #[inline(always)]
        fn sinpi(self) -> $T {
            let shifted = self + $shift;
            let f = self - (shifted - $shift);
            let size = $sinpi_kernel(clip(abs(f), 0.0, 0.5));
            with_sign(size, <$T>::from_bits(f.to_bits() ^ (shifted.to_bits() << $sign.trailing_zeros())))
        }
        /// cos(pi f) = sin(pi (1/2 - |f|)).
        #[inline(always)]
        fn cospi(self) -> $T {
            let shifted = self + $shift;
            let size = $sinpi_kernel(clip(0.5 - abs(self - (shifted - $shift)), 0.0, 0.5));
            <$T>::from_bits(size.to_bits() ^ (shifted.to_bits() << $sign.trailing_zeros()))
        }
    };
}

/// Adding this rounds to an integer (ties to even), which then stands in the low bits.
const SHIFT32: f32 = 1.2582912e+07;
const SHIFT: f64 = 6755399441055744.0;

impl Real for f32 {
    shared!(f32, 0x8000_0000u32, SHIFT32, 23, 127.0, -104.0, -18.0, 32, minus_ln2_32, expm1_kernel32, exp2m1_kernel32,
        sinpi_kernel32);

    #[inline(always)]
    fn exp(self) -> f32 {
        let (shifted, r) = minus_ln2_32(clip(self, -104.0, 89.0), SHIFT32);
        let value = 1.0 + expm1_kernel32(r);
        // 2^n in two factors, each a normal number.
        let integer = shifted.to_bits().wrapping_sub(0x4b40_0000);
        let half = ((integer as i32) >> 1) as u32;
        value
            * f32::from_bits(half.wrapping_add(127) << 23)
            * f32::from_bits(integer.wrapping_sub(half).wrapping_add(127) << 23)
    }
    #[inline(always)]
    fn expm1(self) -> f32 {
        let (shifted, r) = minus_ln2_32(clip(self, -18.0, 89.0), SHIFT32);
        let half_scale = f32::from_bits(shifted.to_bits().wrapping_sub(0x4b40_0000).wrapping_add(126) << 23);
        2.0 * (half_scale * expm1_kernel32(r) + (half_scale - 0.5))
    }
    /// x = n pi + r with |r| <= pi/2, reduced in f64: sin(x) = (-1)^n sin(r).
    #[inline(always)]
    fn sin(self) -> f32 {
        let shifted = self as f64 * 0.3183098861837907 + SHIFT;
        sin_kernel32(minus_pi_32(self as f64, shifted - SHIFT, shifted.to_bits()) as f32)
    }
    /// |x| = m pi - r with m = n + 1/2, so that cos(x) = (-1)^n sin(r). The shift leaves 20 bits behind the point:
    /// they are cut off to give n, and the highest of them makes it m.
    #[inline(always)]
    fn cos(self) -> f32 {
        let a = abs(self) as f64;
        let shifted = (a * 0.3183098861837907 + 6442450944.0).to_bits();
        let m = f64::from_bits((shifted & !0xf_ffff) | 0x8_0000) - 6442450944.0;
        let r = (m * 3.1415926534682512 - a) + m * 1.2154201013012384e-10;
        let sign = (shifted << 43) & 0x8000_0000_0000_0000;
        sin_kernel32(f64::from_bits(r.to_bits() ^ sign) as f32)
    }
    /// u = 1 + x = 2^k m with m in [sqrt(1/2), sqrt(2)); what rounding u lost is given back.
    #[inline(always)]
    fn log1p(self) -> f32 {
        let u = 1.0 + self;
        let lost = if self < 1.0 { self - (u - 1.0) } else { 1.0 - (u - self) };
        let moved = u.to_bits().wrapping_add(0x3f80_0000 - 0x3f35_04f3);
        let k = ((moved >> 23) as i32 - 127) as f32;
        let f = f32::from_bits((moved & 0x007f_ffff).wrapping_add(0x3f35_04f3)) - 1.0;
        let rest = k * 1.4286068e-06 + lost / u;
        let result = k * 0.69314575 + (f + log1p_kernel32(f, rest));
        let edge = if self == -1.0 { f32::NEG_INFINITY } else { f32::NAN };
        let inside = if self > -1.0 { result } else { edge };
        if self < f32::INFINITY {
            inside
        } else {
            self
        }
    }
    /// 1 - 2^-q(|x|) with q(x) = -log2(1 - erf(x)), and x's sign.
    #[inline(always)]
    fn erf(self) -> f32 {
        let shift = SHIFT32 + 127.0;
        let near = clip(abs(self), 0.0, 4.0);
        let slope = polynomial!(near; 1.627907, 0.9184474, 0.14828044, -0.027648395,
            -0.00019418432, 0.0023608424, -0.0008849781, 0.0001607708, -1.2227505e-05);
        let power = -near * slope;
        let shifted = power + shift;
        let scale = f32::from_bits(shifted.to_bits() << 23);
        let below = scale * exp2m1_kernel32(power - (shifted - shift)) + (scale - 1.0);
        with_sign(-below, self)
    }
}

/// x = n ln 2 + r: n + shift, and r.
#[inline(always)]
fn minus_ln2_32(x: f32, shift: f32) -> (f32, f32) {
    let shifted = x * 1.442695 + shift;
    let n = shifted - shift;
    (shifted, (x - n * 0.69314575) - n * 1.4286068e-06)
}
/// exp(r) - 1 for |r| <= ln(2)/2.
#[inline(always)]
fn expm1_kernel32(r: f32) -> f32 {
    let tail = polynomial!(r; 0.49999994, 0.16666521, 0.04166839, 0.008368717,
        0.001381464);
    r + r * r * tail
}
/// x - m pi, the sign turned where `odd` has its lowest bit set.
#[inline(always)]
fn minus_pi_32(x: f64, m: f64, odd: u64) -> f64 {
    let r = (x - m * 3.1415926534682512) - m * 1.2154201013012384e-10;
    f64::from_bits(r.to_bits() ^ (odd << 63))
}
/// sin(r) for 0 <= r <= pi/2, never above 1.
#[inline(always)]
fn sin_series32(r: f32) -> f32 {
    let s = r * r;
    r + r * (s * polynomial!(s; -0.16666661, 0.008333102, -0.00019811121, 2.606979e-06))
}
/// sin(r) for |r| <= pi/2.
#[inline(always)]
fn sin_kernel32(r: f32) -> f32 {
    with_sign(sin_series32(clip(abs(r), 0.0, 1.5707964)), r)
}
/// 2^f - 1 for |f| <= 1/2.
#[inline(always)]
fn exp2m1_kernel32(f: f32) -> f32 {
    f * polynomial!(f; 0.6931472, 0.24022649, 0.055503573, 0.009618238,
            0.0013390735, 0.00015403512)
}
/// sin(pi a) for 0 <= a <= 1/2.
#[inline(always)]
fn sinpi_kernel32(a: f32) -> f32 {
    sin_series32(3.1415927 * a)
}
/// log(1 + f) - f for 1 + f in [sqrt(1/2), sqrt(2)).
#[inline(always)]
fn log1p_kernel32(f: f32, rest: f32) -> f32 {
    let s = f / (2.0 + f);
    let z = s * s;
    let series = z * polynomial!(z; 0.66666776, 0.39977536, 0.2987186);
    let half_square = 0.5 * f * f;
    s * (half_square + series) + rest - half_square
}

impl Real for f64 {
    shared!(f64, 0x8000_0000_0000_0000u64, SHIFT, 52, 1023.0, -745.2, -40.0, 64, minus_ln2, expm1_kernel, exp2m1_kernel,
        sinpi_kernel);

    #[inline(always)]
    fn exp(self) -> f64 {
        let (shifted, r) = minus_ln2(clip(self, -745.2, 709.8), SHIFT);
        let n = shifted - SHIFT;
        let value = 1.0 + expm1_kernel(r);
        let half = n * 0.5 + SHIFT;
        let rest = (n - (half - SHIFT)) + SHIFT;
        value
            * f64::from_bits(half.to_bits().wrapping_add(1023) << 52)
            * f64::from_bits(rest.to_bits().wrapping_add(1023) << 52)
    }
    #[inline(always)]
    fn expm1(self) -> f64 {
        let (shifted, r) = minus_ln2(clip(self, -40.0, 709.8), SHIFT);
        let half_scale = f64::from_bits(shifted.to_bits().wrapping_add(1022) << 52);
        2.0 * (half_scale * expm1_kernel(r) + (half_scale - 0.5))
    }
    #[inline(always)]
    fn sin(self) -> f64 {
        let shifted = self * 0.3183098861837907 + SHIFT;
        sin_kernel(minus_pi(self, shifted - SHIFT, shifted.to_bits()))
    }
    #[inline(always)]
    fn cos(self) -> f64 {
        let shifted = (self * 0.3183098861837907 - 0.5) + SHIFT;
        sin_kernel(minus_pi(self, (shifted - SHIFT) + 0.5, !shifted.to_bits()))
    }
    #[inline(always)]
    fn log1p(self) -> f64 {
        let u = 1.0 + self;
        let lost = if self < 1.0 { self - (u - 1.0) } else { 1.0 - (u - self) };
        let moved = u.to_bits().wrapping_add(0x3ff0_0000_0000_0000 - 0x3fe6_a09e_667f_3bcd);
        // The biased exponent, as the low bits of 2^52.
        let k = f64::from_bits((moved >> 52) | 0x4330_0000_0000_0000) - (4503599627370496.0 + 1023.0);
        let f = f64::from_bits((moved & 0x000f_ffff_ffff_ffff).wrapping_add(0x3fe6_a09e_667f_3bcd)) - 1.0;
        let rest = k * 1.6465949582897082e-12 + lost / u;
        let result = k * 0.6931471805582987 + (f + log1p_kernel(f, rest));
        let edge = if self == -1.0 { f64::NEG_INFINITY } else { f64::NAN };
        let inside = if self > -1.0 { result } else { edge };
        if self < f64::INFINITY {
            inside
        } else {
            self
        }
    }
    /// x P(x^2) for |x| <= 1, else 1 - exp(-x^2) Q(|x|).
    #[inline(always)]
    fn erf(self) -> f64 {
        let near = clip(abs(self), 0.0, 1.0);
        let z = near * near;
        let small = near
            * polynomial!(z; 1.1283791670955126, -0.3761263890318375, 0.11283791670954857,
                -0.026866170645072893, 0.005223977624780856, -0.0008548326978741403, 0.00012055331036866374,
                -1.4925593506029411e-05, 1.6460972802586814e-06, -1.635002506553814e-07,
                1.4657878770395011e-08, -1.1365661793395931e-09, 5.945254692966e-11);
        let far = clip(abs(self), 1.0, 6.0);
        let t = 1.0 / (far + 2.0);
        let scaled = t * polynomial!(t; 0.5642355070351139, 1.1262036526323902, 2.021737201477206,
                2.206863800601887, 8.041802593907413, -33.110414935456866, 135.78446987682742,
                -452.0557195138213, 898.5313644477774, -1046.908734642644, 677.3051317596259,
                -190.59659360798642);
        let large = 1.0 - exp_negative(-far * far) * scaled;
        with_sign(if abs(self) > 1.0 { large } else { small }, self)
    }
}

#[inline(always)]
fn minus_ln2(x: f64, shift: f64) -> (f64, f64) {
    let shifted = x * 1.4426950408889634 + shift;
    let n = shifted - shift;
    (shifted, (x - n * 0.6931471805582987) - n * 1.6465949582897082e-12)
}
#[inline(always)]
fn expm1_kernel(r: f64) -> f64 {
    let tail = polynomial!(r; 0.5000000000000011, 0.16666666666666413, 0.041666666666530155,
        0.00833333333349447, 0.0013888888943630361, 0.00019841269506555356, 2.4801493098733352e-05,
        2.755758639674158e-06, 2.763024842243285e-07, 2.5000053878886233e-08);
    r + r * r * tail
}
#[inline(always)]
fn minus_pi(x: f64, m: f64, odd: u64) -> f64 {
    let r = ((x - m * 3.1415926534682512) - m * 1.2154201012607932e-10) - m * 4.044532497591901e-21;
    f64::from_bits(r.to_bits() ^ (odd << 63))
}
#[inline(always)]
fn sin_kernel(r: f64) -> f64 {
    let inside = clip(r, -1.5707963267948968, 1.5707963267948968);
    let s = inside * inside;
    let tail = polynomial!(s; -0.16666666666666666, 0.008333333333333194, -0.00019841269841209213,
        2.755731921113604e-06, -2.5052106872684022e-08, 1.6058939699736346e-10, -7.642991324061716e-13,
        2.7211731762895898e-15);
    inside + inside * s * tail
}
#[inline(always)]
fn log1p_kernel(f: f64, rest: f64) -> f64 {
    let s = f / (2.0 + f);
    let z = s * s;
    let series = z * polynomial!(z; 0.6666666666666734, 0.3999999999941439, 0.2857142874245903,
        0.22222198565215914, 0.18183564771059904, 0.1531403842173257, 0.1479607823322684);
    let half_square = 0.5 * f * f;
    s * (half_square + series) + rest - half_square
}
/// 2^f - 1 for |f| <= 1/2.
#[inline(always)]
fn exp2m1_kernel(f: f64) -> f64 {
    f * polynomial!(f; 0.6931471805599453, 0.24022650695910097, 0.055504108664821236, 0.009618129107607065,
            0.001333355814653154, 0.00015403530441481712, 1.5252733701305551e-05, 1.3215442723705092e-06,
            1.0178121261290218e-07, 7.072561793815989e-09, 4.445542824601162e-10)
}
/// sin(pi a) for 0 <= a <= 1/2.
#[inline(always)]
fn sinpi_kernel(a: f64) -> f64 {
    sin_kernel(3.141592653589793 * a)
}
