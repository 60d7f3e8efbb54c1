//! The country codes of ISO 3166-1 (alpha-2): the officially assigned ones, as of ISO/TC 46 N1108 (5 April 2023).
//!
//! Reserved and user-assigned elements (EU, UK, XK, ZZ, …) are not country codes and are not here.

/// Officially assigned code elements, ascending.
const CODES: &[u8] = b"\
    ADAEAFAGAIALAMAOAQARASATAUAWAXAZ\
    BABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZ\
    CACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZ\
    DEDJDKDMDODZ\
    ECEEEGEHERESET\
    FIFJFKFMFOFR\
    GAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGY\
    HKHMHNHRHTHU\
    IDIEILIMINIOIQIRISIT\
    JEJMJOJP\
    KEKGKHKIKMKNKPKRKWKYKZ\
    LALBLCLILKLRLSLTLULVLY\
    MAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZ\
    NANCNENFNGNINLNONPNRNUNZ\
    OM\
    PAPEPFPGPHPKPLPMPNPRPSPTPWPY\
    QA\
    RERORSRURW\
    SASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZ\
    TCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZ\
    UAUGUMUSUYUZ\
    VAVCVEVGVIVNVU\
    WFWS\
    YEYT\
    ZAZMZW";

/// Whether `code`, in upper case, is an assigned code element (RFC 5733, section 2.4.3).
pub(crate) fn is_assigned(code: &str) -> bool {
    let (codes, _) = CODES.as_chunks::<2>();
    code.as_bytes().try_into().is_ok_and(|code: [u8; 2]| codes.binary_search(&code).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_ascending() {
        let (codes, rest) = CODES.as_chunks::<2>();
        assert!(rest.is_empty());
        assert_eq!(codes.len(), 249, "assigned code elements of the list's date");
        assert!(codes.is_sorted_by(|one, next| one < next));
        assert!(codes.iter().flatten().all(u8::is_ascii_uppercase));
    }

    #[test]
    fn assigned_codes_are_known_and_reserved_ones_are_not() {
        for code in ["AD", "DE", "GB", "SS", "TW", "US", "ZW"] {
            assert!(is_assigned(code), "{code}");
        }
        for code in ["", "D", "DEU", "de", "EU", "UK", "XK", "XX", "ZZ", "AN", "YU", "1A", "ÄÖ"] {
            assert!(!is_assigned(code), "{code}");
        }
    }
}
