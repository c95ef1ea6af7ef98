//! Numerical test of the activation @ID@: values that are known, its derivative against differences, float32 against
//! float64.
use super::{basso, FUNCTIONS};

/// x and f(x) where they are known exactly: add yours.
const KNOWN: [(f64, f64); 1] = [(0.0, 0.0)];
const NUMBERS: [f64; basso::MAX_NUMBERS] = [0.0; basso::MAX_NUMBERS];

fn value(x: f64) -> f64 {
    let mut y = 0.0;
    unsafe { (FUNCTIONS.value_f64)(NUMBERS.as_ptr(), &x, &mut y, 1) };
    y
}
fn derivative(x: f64) -> f64 {
    let (y, mut d) = (value(x), 0.0);
    unsafe { (FUNCTIONS.derivative_f64)(NUMBERS.as_ptr(), &x, &y, &mut d, 1) };
    d
}
fn value_f32(x: f64) -> f64 {
    let (narrow, mut y) = (x as f32, 0.0);
    unsafe { (FUNCTIONS.value_f32)(NUMBERS.as_ptr(), &narrow, &mut y, 1) };
    y as f64
}
/// Panics with the number of x where `got` is not `want`, and the worst of them.
fn assert_near(
    what: &str,
    x: impl Iterator<Item = f64>,
    got: impl Fn(f64) -> f64,
    want: impl Fn(f64) -> f64,
    tolerance: f64,
) {
    let (mut failures, mut worst) = (0, (0.0, 0.0));
    for x in x {
        let excess = (got(x) - want(x)).abs() / (tolerance * (1.0 + want(x).abs()));
        if excess <= 1.0 {
            continue;
        }
        failures += 1;
        if failures == 1 || excess > worst.0 {
            worst = (excess, x);
        }
    }
    let x = worst.1;
    assert!(
        failures == 0,
        "{what} is wrong at {failures} x, worst at x = {x}: it is {}, expected {}",
        got(x),
        want(x)
    );
}

#[test]
fn values_are_those_known() {
    for (x, y) in KNOWN {
        assert_near("f", [x].into_iter(), value, |_| y, 1e-14);
    }
}

/// Every 1/128 and a little more, so that a kink at a round x is avoided.
#[test]
fn derivative_matches_differences() {
    let h = 1e-5;
    let x = (-512..513).map(|i| i as f64 / 128.0 + 3.0 * h);
    assert_near("f'", x, derivative, |x| (value(x + h) - value(x - h)) / (2.0 * h), 1e-8);
}

/// At every 1/128, which is exact in float32.
#[test]
fn float32_agrees_with_float64() {
    assert_near("f in float32", (-512..513).map(|i| i as f64 / 128.0), value_f32, value, 2e-6);
}
