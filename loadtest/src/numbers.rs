//! Numbers of the command line that must lie in a range: not every text that is a number makes sense, and NaN is none.

/// A parser of numbers from `least` to `most`.
pub(crate) fn number(least: f64, most: f64) -> impl Fn(&str) -> Result<f64, String> + Clone + Send + Sync + 'static {
    move |text| {
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| format!("expected a number from {least} to {most}, found {text}"))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::Args;

    #[test]
    fn what_lies_beside_the_range_is_refused() {
        let parse = number(0.5, 3.0);
        assert_eq!([parse("0.5"), parse("3"), parse("1e0")], [Ok(0.5), Ok(3.0), Ok(1.0)]);
        for text in ["0.49", "3.01", "-1", "0", "nan", "NaN", "inf", "-inf", "infinity", "", "x", "1 "] {
            assert_eq!(parse(text), Err(format!("expected a number from 0.5 to 3, found {text}")));
        }
    }

    #[test]
    fn every_number_of_the_command_line_has_a_range() {
        let load = ["--target", "x"];
        for (words, option) in [
            (&["compare", "a", "b"][..], "--slice"),
            (&["compare", "a", "b"], "--tolerance"),
            (&["compare", "a", "b"], "--warmup"),
            (&["replay-day", "--target", "x"], "--minutes"),
            (&load, "--within"),
            (&load, "--warmup"),
        ] {
            let parse = |value: &str| {
                let value = format!("{option}={value}");
                Args::try_parse_from(["domesday-loadtest"].iter().chain(words).chain(&[value.as_str()]))
            };
            assert!(parse("1.5").is_ok(), "{option}");
            for value in ["nan", "-0.5", "-3", "inf", "-inf", "1e300", ""] {
                assert!(parse(value).is_err(), "{option} {value}");
            }
        }
        for option in ["--slice=0", "--tolerance=-1"] {
            assert!(Args::try_parse_from(["domesday-loadtest", "compare", "a", "b", option]).is_err(), "{option}");
        }
        assert!(Args::try_parse_from(["domesday-loadtest", "replay-day", "--target=x", "--minutes=0"]).is_err());
        assert!(Args::try_parse_from(["domesday-loadtest", "--target=x", "--within=0"]).is_err());
    }
}
