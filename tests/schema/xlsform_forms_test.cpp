#include <doctest/doctest.h>

#include <map>

#include "schema/fields.h"
#include "schema/xlsform.h"
#include "tests/support/shared_folder.h"

using namespace sotay;

namespace {

struct Verdict {
    bool loads;
    const char* why;  // where we differ from the reference converter; "" where we do not
};

// The classes by which we decide:
//  - another program's dialect (types and columns that we do not know) loads with warnings;
//  - an expression that is none, a reference to nothing and a name that stands for two things are
//  refused;
//  - the old .xls format is refused, with how to save as .xlsx; the content counts, not the file's
//  name.
const std::map<std::string, Verdict>& verdicts() {
    static const std::map<std::string, Verdict> kVerdicts = {
        {"HouseholdRoster_IndexedRepeat.xlsx", {false, ""}},
        {"Module-Cattle_detailed.xlsx", {false, ""}},
        {"Module-Crop_pests.xlsx", {true, "the reference to nothing is in a column of notes"}},
        {"Module-FIES.xlsx", {true, ""}},
        {"Module-MDDW.xlsx", {true, ""}},
        {"Module-Plot_level_land_use_boundaries.xlsx", {true, ""}},
        {"Module-Seed_varieties.xlsx", {true, "the reference to nothing is in a column of notes"}},
        {"RHoMIS_Minimal_v1.6.xlsx", {true, ""}},
        {"SelectFromMap.xlsx", {true, ""}},
        {"Table_grid_field_plug-in_advanced_sample_form.xlsx",
         {true, "SurveyCTO's caseid is typed as text, with a warning"}},
        {"Test_Mini_HOLPA_Household_Survey.xlsx", {true, ""}},
        {"all-question-types-v2024091201-3.xlsx", {true, ""}},
        {"bad_calc.xlsx",
         {false, "the calculation is an English sentence and can never be computed"}},
        {"birthday_age_calculation.xlsx",
         {true, "SurveyCTO's caseid is typed as text, with a warning"}},
        {"buildings.xls", {false, "old format; its list is missing as well"}},
        {"childrens_survey_unicode.xlsx", {true, ""}},
        {"choice_filter_test.xlsx", {true, ""}},
        {"covid19_rdt_capture.xlsx", {false, ""}},
        {"demo.xlsx", {false, ""}},
        {"enumerator_weekly.xlsx", {false, ""}},
        {"groups_in_repeats.xls", {false, "old format"}},
        {"health.xls", {false, "old format; its list is missing as well"}},
        {"household.xls", {false, "old format"}},
        {"household_is_xls.xlsx", {false, "old format under a new name"}},
        {"liberiaCoverageVillageForm.xlsx", {false, ""}},
        {"nested_repeats.xlsx", {true, ""}},
        {"nested_repeats_is_xlsx.xls", {true, "the content is .xlsx, whatever the name says"}},
        {"pregnancy_home_visit.xlsx", {false, ""}},
        {"repeat-translation-count.xlsx", {true, ""}},
        {"repeat_allows_selection.xlsx", {true, ""}},
        {"repeating_matrix_question.xlsx", {true, ""}},
        {"testB.xlsx", {true, ""}},
        {"training_pessoas.xlsx", {true, ""}},
        {"tutorial_arabic_labels.xlsx", {true, ""}},
        {"whova_form.xlsx", {true, ""}},
        {"xl_date_ambiguous.xlsx", {true, ""}},
        {"xlsform_spec_test.xlsx", {true, ""}},
        {"xml_escaping.xls", {false, "old format"}},
    };
    return kVerdicts;
}

}  // namespace

TEST_CASE("XLSForm: workbooks from the field load, or are refused by sheet, row and column") {
    const auto shared = sharedFolder();
    if (!shared || !std::filesystem::is_directory(*shared / "forms")) {
        MESSAGE("skipped: the folder with workbooks from the field is not there");
        return;
    }
    for (const auto& [name, verdict] : verdicts()) {
        CAPTURE(name);
        const auto reading = readFormFile(*shared / "forms" / name);
        CHECK((reading.form != nullptr) == verdict.loads);
        CHECK(hasErrors(reading.problems) == !verdict.loads);
        for (const auto& problem : reading.problems) {
            CAPTURE(problem.message);
            CHECK(!problem.message.empty());
            const bool wholeFile = problem.message.find(".xls)") != std::string::npos;
            if (problem.severity == Problem::Severity::Error && !wholeFile) {
                CHECK(!problem.sheet.empty());
                CHECK(problem.row > 0);
            }
        }
        if (!reading.form) continue;
        const auto table = extendFields({}, *reading.form);
        const auto again = extendFields({}, *readFormFile(*shared / "forms" / name).form);
        CHECK(table.fingerprint() == again.fingerprint());
    }
}
