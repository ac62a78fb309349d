#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "tests/app/screen_app.h"

using namespace sotay::app;

namespace {

std::string sourcesOfScreens() {
    std::string all;
    for (const char* folder : {"app/ui", "app/state"})
        for (const auto& entry : std::filesystem::directory_iterator(
                 std::filesystem::path(SOTAY_SOURCE_DIR) / folder)) {
            std::string name = entry.path().filename().string();
            bool isOurs = std::string(folder) == "app/state" || name.starts_with("screen");
            if (!isOurs || entry.path().extension() != ".cpp") continue;
            std::ifstream file(entry.path());
            all.append(std::istreambuf_iterator<char>(file), {});
        }
    return all;
}

}  // namespace

TEST_CASE("texts: each key has words in both languages") {
    Strings vietnamese = textsOf("vi"), english = textsOf("en");

    for (const std::string& key : vietnamese.keys()) CHECK_MESSAGE(english.has(key), key);
    for (const std::string& key : english.keys()) CHECK_MESSAGE(vietnamese.has(key), key);
}

TEST_CASE("texts: what a screen asks for is there, and what is there is asked for") {
    Strings text = textsOf("vi");
    std::string sources = sourcesOfScreens();

    std::regex asked(
        R"re((?:text_?\[|\.with\(\s*|\.count\(\s*|say\(state, |sayProblem\(state, )"([a-z_.]+)")re");
    for (std::sregex_iterator found(sources.begin(), sources.end(), asked), end; found != end;
         ++found)
        CHECK_MESSAGE(text.has((*found)[1].str()), (*found)[1].str());
    for (std::string key : text.keys()) {
        if (key.ends_with(".one")) key.resize(key.size() - 4);
        CHECK_MESSAGE(sources.find('"' + key + '"') != std::string::npos, key);
    }
}

TEST_CASE("texts: no screen shows a key instead of words") {
    for (const char* language : {"vi", "en"})
        for (const auto& screen : sotay::platform::sampleScreens()) {
            CAPTURE(screen.name);
            ScreenApp app(screen.name, language);
            for (const auto& [key, item] : app.ui.context().items()) {
                bool isKey =
                    std::regex_match(item.text, std::regex("[a-z]+(_[a-z]+)*(\\.[a-z_]+)+"));
                CHECK_MESSAGE(!isKey, key << " shows " << item.text);
            }
        }
}

TEST_CASE("texts: parts are put in, and one of a thing is said as one") {
    Strings text = textsOf("en");

    CHECK(text.count("record_list.count", "1") == "1 record");
    CHECK(text.count("record_list.count", "12") == "12 records");
    CHECK(text.with("form.version", {{"title", "Profile {x}"}, {"version", "3"}}) ==
          "Profile {x} · version 3");
}
