use super::random_symbol::base62;
use super::*;

#[test]
fn a_path_belongs_to_the_crate_it_starts_at() {
    assert_eq!(
        krate("_RNvNtCsaeYBpMJDXx8_4core9panicking5panic").as_deref(),
        Some("core")
    );
    assert_eq!(
        krate("_RNvCs9z2xkY7X3cr_4zmij13umul192_hi128").as_deref(),
        Some("zmij")
    );
    assert_eq!(
        krate("_RNCNvMsi_NtNtNtCs8NZnfvJOJlS_3std3sys2fs4unixNtB7_4File4open0Bd_").as_deref(),
        Some("std")
    );
}

#[test]
fn an_instance_belongs_to_the_crate_that_defines_the_function() {
    // `alloc::vec::Vec<clawft_types::json::Place>::push`, made in clawft_types.
    let push = "_RNvMsF_NtCsiQyXi22Ek22_5alloc3vecINtB5_3VecNtNtCsaBJs8EavLO0_12clawft_types4json5PlaceE4pushBJ_";
    assert_eq!(krate(push).as_deref(), Some("alloc"));
}

#[test]
fn an_impl_belongs_to_the_crate_it_is_written_in() {
    // `<serde_core::de::impls::StringVisitor as serde_core::de::Expected>::fmt`
    let own =
        "_RNvXs_NtCsagA7hf0k8GH_10serde_core2deNtNtB4_5impls13StringVisitorNtB4_8Expected3fmt";
    assert_eq!(krate(own).as_deref(), Some("serde_core"));
    // A derived impl for a type of another crate.
    let derived = "_RINvXs0_NtCsaBJs8EavLO0_12clawft_types7messageNtB6_4RoleNtNtCsagA7hf0k8GH_10serde_core2de11Deserialize11deserializeQINtNtCsdFjHma00XEb_10serde_json2de12DeserializerNtNtB1V_4read9SliceReadEEB8_";
    assert_eq!(krate(derived).as_deref(), Some("clawft_types"));
}

#[test]
fn a_provided_method_belongs_to_the_traits_crate_and_a_call_to_the_closures() {
    let provided = "_RNvYNtNtCsdFjHma00XEb_10serde_json5error5ErrorNtNtCsagA7hf0k8GH_10serde_core2de5Error14invalid_lengthCsaBJs8EavLO0_12clawft_types";
    assert_eq!(krate(provided).as_deref(), Some("serde_core"));
    let call = "_RNvYINvNtCsdFjHma00XEb_10serde_json4read6as_strNtB5_9SliceReadEINtNtNtCsaeYBpMJDXx8_4core3ops8function6FnOnceTRBJ_RShEE9call_onceB7_";
    assert_eq!(krate(call).as_deref(), Some("serde_json"));
}

#[test]
fn what_is_not_a_symbol_has_no_crate_and_back_references_end() {
    for text in [
        "",
        "_R",
        "Rust",
        "_RNvB_",
        "_RNvB0_3foo",
        "_RIB_",
        "_RNvYB_B_1f",
        "_RNvC99999999999999999999a",
        "_RINvC1a1fFK0EuE",
        "_RINvC1a1fFKu1fEuE",
        "run",
    ] {
        assert_eq!(krate(text).as_deref(), None, "{text}");
    }
    let deep = format!("_R{}C1a", "Nv".repeat(100_000));
    assert_eq!(krate(&deep).as_deref(), None);
}

#[test]
fn back_references_that_double_end_soon() {
    // Each argument is `<the one before as the one before>`, and the trait is the last of them:
    // followed blindly, that is 2^60 paths.
    let mut symbol = "YIC1a".to_owned();
    let mut before = symbol.len() as u64;
    symbol += "NtC4core6FnOnce";
    for _ in 0..60 {
        let start = symbol.len() as u64;
        let back = format!("B{}", base62(before));
        symbol += &format!("Y{back}{back}");
        before = start;
    }
    symbol += &format!("EB{}", base62(before));
    assert_eq!(krate(&format!("_R{symbol}")).as_deref(), None);
}

#[test]
fn a_name_of_c_is_not_a_symbol_though_it_begins_like_one() {
    assert_eq!(krate("RC4_set_key"), None);
    assert_eq!(krate("RNvC3foo3bar").as_deref(), Some("foo"));
}

#[test]
fn what_an_optimizer_appends_does_not_matter() {
    assert_eq!(krate("_RNvC3foo3bar_1").as_deref(), Some("foo"));
    assert_eq!(krate("_RNvC3foo3bar$2").as_deref(), Some("foo"));
    assert_eq!(krate("_RNvC3foo3bar.llvm.123").as_deref(), Some("foo"));
}

#[test]
fn a_crates_name_in_punycode_is_decoded() {
    assert_eq!(krate("_RNvCu8gdel_5qa3run").as_deref(), Some("gödel"));
}

#[test]
fn the_grammars_later_parts_are_read() {
    // All four need what is between the impl's path and the name: `u32 is 1..=9`,
    // `u32 is 1..=2 | 5..=6`, `fn(#[splat] (u8,))` and `dyn a::Trait<N = 0>`.
    for of in [
        "WmRm1_m9_",
        "WmORm1_m2_Rm5_m6_E",
        "FwThEEu",
        "DNtC1a5Traitp1NKj0_EL_",
    ] {
        let symbol = format!("_RNvMC3foo{of}3bar");
        assert!(rustc_demangle::try_demangle(&symbol).is_ok(), "{symbol}");
        assert_eq!(krate(&symbol).as_deref(), Some("foo"), "{symbol}");
    }
}
