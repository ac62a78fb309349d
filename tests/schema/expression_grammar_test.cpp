#include <doctest/doctest.h>

#include "expression_host.h"

using namespace sotay;

namespace {

struct Grouping {
    const char* expression;
    const char* tree;  // null: no expression
};

void checkGroupings(const std::vector<Grouping>& cases) {
    for (const Grouping& one : cases) {
        CAPTURE(std::string(one.expression));
        auto parsed = Expression::parse(one.expression);
        CHECK(parsed.ok() == (one.tree != nullptr));
        if (parsed.ok() && one.tree != nullptr) CHECK(parsed->tree() == one.tree);
        if (!parsed.ok()) CHECK(parsed.error().message.ends_with("."));
    }
}

std::string problemOf(const std::string& text) {
    auto parsed = Expression::parse(text);
    return parsed.ok() ? "" : parsed.error().message;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("expression: operators bind as in XPath, and brackets change it") {
    checkGroupings({
        {"1 + 2 * 3", "{binop-expr:+,{num:1.0},{binop-expr:*,{num:2.0},{num:3.0}}}"},
        {"(1 + 2) * 3", "{binop-expr:*,{binop-expr:+,{num:1.0},{num:2.0}},{num:3.0}}"},
        {"1 - 2 - 3", "{binop-expr:-,{binop-expr:-,{num:1.0},{num:2.0}},{num:3.0}}"},
        {"1 or 2 and 3", "{binop-expr:or,{num:1.0},{binop-expr:and,{num:2.0},{num:3.0}}}"},
        {"1 < 2 = 3", "{binop-expr:==,{binop-expr:<,{num:1.0},{num:2.0}},{num:3.0}}"},
        {"- 2 * 3", "{binop-expr:*,{unop-expr:num-neg,{num:2.0}},{num:3.0}}"},
        {"--a | b",
         "{unop-expr:num-neg,{unop-expr:num-neg,{binop-expr:union,{path-expr:rel,{{step:child,a}}},"
         "{path-expr:rel,{{step:child,b}}}}}}"},
        {"a + + b", nullptr},
        {"div div mod",
         "{binop-expr:/,{path-expr:rel,{{step:child,div}}},{path-expr:rel,{{step:child,mod}}}}"},
        {"5 AND 6 Or 7", "{binop-expr:or,{binop-expr:and,{num:5.0},{num:6.0}},{num:7.0}}"},
    });
}

TEST_CASE("expression: questions, saved answers and paths are recognised") {
    checkGroupings({
        {"${tuổi} >= 18", "{binop-expr:>=,{ref:tuổi},{num:18.0}}"},
        {"${ age }", "{ref:age}"},
        {"${last-saved#village}", "{last-saved:village}"},
        {"${members}/name", "{path-expr:{filt-expr:{ref:members},{}},{{step:child,name}}}"},
        {"${members}[age > 18]",
         "{filt-expr:{ref:members},{{binop-expr:>,{path-expr:rel,{{step:child,age}}},{num:18.0}}}"
         "}"},
        {"/data/a[2]/b",
         "{path-expr:abs,{{step:child,data},{step:child,a,{{num:2.0}}},{step:child,b}}}"},
        {"../a/.", "{path-expr:rel,{{step:parent,node()},{step:child,a},{step:self,node()}}}"},
        {"instance('crops')/root/item[name=current()/../crop]/label",
         "{path-expr:{filt-expr:{func-expr:instance,{{str:'crops'}}},{}},{{step:child,root},{step:"
         "child,item,{{binop-expr:==,"
         "{path-expr:rel,{{step:child,name}}},{path-expr:{filt-expr:{func-expr:current,{}},{}},{{"
         "step:parent,node()},"
         "{step:child,crop}}}}}},{step:child,label}}}"},
        {"a\xC2\xA0+\xC2\xA0"
         "b",
         "{binop-expr:+,{path-expr:rel,{{step:child,a}}},{path-expr:rel,{{step:child,b}}}}"},
        {"${}", nullptr},
        {"${a b}", nullptr},
        {"${a", nullptr},
        {"$ a", nullptr},
        {"${a} ${b}", nullptr},
        {"if(${a}, 1, )", nullptr},
        {"a[", nullptr},
        {"a]", nullptr},
        {"a//", nullptr},
        {"text() = node()",
         "{binop-expr:==,{path-expr:rel,{{step:child,text()}}},{path-expr:rel,{{step:child,node()}}"
         "}}"},
    });
}

TEST_CASE("expression: an error names the place and what is missing") {
    CHECK(problemOf("") == "The expression is empty.");
    CHECK(problemOf("1 + ") == "A value is missing at the end of the expression.");
    CHECK(problemOf("(1 + 2") == "`)` is expected at the end of the expression.");
    CHECK(problemOf("${tuổi} > 'a") ==
          "The text that begins with ' has no closing ' at character 11, near `'a`.");
    CHECK(problemOf("${a} == 1") == "A value is expected at character 7, near `= 1`.");
    CHECK(problemOf("1 2") ==
          "An operator such as `and`, `=` or `+` is expected at character 3, near `2`.");
    CHECK(problemOf("a bc") ==
          "An operator such as `and`, `=` or `+` is expected at character 3, near `bc`.");
    CHECK(problemOf("sum(1").starts_with("`,` or `)` in sum(...) is expected"));
    CHECK(problemOf("a/sum(b)").starts_with("A function cannot be a step of a path"));
    CHECK(problemOf("sideways::a").starts_with("There is no axis `sideways`"));
    CHECK(problemOf("$").starts_with("A question is named as ${name}"));
}

TEST_CASE("expression: what is nested too deep or too long is refused at once") {
    auto twice = [](const std::string& open, const std::string& close, std::size_t count) {
        std::string text;
        for (std::size_t i = 0; i < count; ++i) text += open;
        text += "1";
        for (std::size_t i = 0; i < count; ++i) text += close;
        return text;
    };

    for (std::size_t count : {201u, 30000u, 100000u}) {
        CAPTURE(count);
        CHECK(problemOf(twice("(", ")", count)) != "");
        CHECK(problemOf(twice("not(", ")", count)) != "");
        CHECK(problemOf(twice("a[", "]", count)) != "");
        CHECK(problemOf(std::string(count, '(')) != "");
        CHECK(problemOf(std::string(count, '[')) != "");
    }
    CHECK(problemOf(twice("(", ")", 200)) == "");
    CHECK(problemOf(twice("not(", ")", 200)) == "");
}

TEST_CASE("expression: thousands of terms in a row are no nesting") {
    MemoryHost host;
    std::string sum = "1", either = "false()", path = "0*count(a", differ = "1";
    for (int i = 0; i < 10000; ++i) sum += "+1";
    std::string minuses(10000, '-');
    minuses += '1';
    for (int i = 0; i < 5000; ++i) either += " or 0";
    for (int i = 0; i < 10000; ++i) path += "/a";
    for (int i = 0; i < 10000; ++i) differ += "!=1";

    CHECK(evaluated(sum, host) == "10001");
    CHECK(evaluated(minuses, host) == "1");
    CHECK(evaluated(either, host) == "false");
    CHECK(evaluated(path + ")", host) == "0");
    CHECK(evaluated(differ, host) == "true");
    CHECK(Expression::parse(sum)->tree().size() > 10000);
}

TEST_CASE("expression: what it depends on is known without evaluating it") {
    auto facts = [](const char* text) { return *Expression::parse(text); };

    CHECK(facts("${a} + ${b} * ${a}").references() == Names{"a", "b"});
    CHECK(facts("count(${rep}[${x} > 1])").references() == Names{"rep", "x"});
    CHECK(facts("${last-saved#a}").references().empty());
    CHECK(facts("'${a}'").references().empty());

    CHECK(facts("../x + /data/y").paths() == Names{"../x", "/data/y"});
    CHECK(facts("instance('l')/root/item[code=current()/../x and y=/data/z]/label").paths() ==
          Names{"current()/../x", "/data/z"});
    CHECK(facts("sum(/data/rep[age > 1]/pay) + 1").paths() == Names{"/data/rep[age > 1]/pay"});
    CHECK(facts("if(now() > 1, sum(../a), now())").functions() == Names{"if", "now", "sum"});

    CHECK(facts("position(..)").usesPosition());
    CHECK(facts("index()").usesPosition());
    CHECK_FALSE(facts("${a} + 1").usesPosition());
    CHECK(facts("today() + 1").usesClock());
    CHECK_FALSE(facts("date(1)").usesClock());
    CHECK(facts("once(random())").usesRandom());
    CHECK(facts("uuid()").usesRandom());
    CHECK_FALSE(facts("1").usesRandom());
}

TEST_CASE("expression: calls that cannot work are found without evaluating them") {
    auto problems = [](const char* text) { return Expression::parse(text)->problems(); };

    CHECK(problems("if(1, sum(${a}), max(1))").empty());
    CHECK(problems("summ(${a})") == Names{"There is no function summ()."});
    CHECK(problems("if(1, 2)") == Names{"if() takes 3 arguments; 2 are given."});
    CHECK(problems("a[not()]") == Names{"not() takes 1 argument; 0 are given."});
    CHECK(problems("round(1, 2, 3)") == Names{"round() takes 1 to 2 arguments; 3 are given."});
    CHECK(problems("join()") == Names{"join() takes at least 1 argument; 0 are given."});
    CHECK(problems("regex(., '(a')").size() == 1);
    CHECK(problems("$x").size() == 1);
    CHECK(isKnownFunction("jr:choice-name"));
    CHECK_FALSE(isKnownFunction("choice-name"));
}

TEST_CASE(
    "expression: arguments that are not needed are not evaluated, others give an error in words") {
    MemoryHost host;
    CHECK(evaluated("if(true(), 1, date('x'))", host) == "1");
    CHECK(evaluated("coalesce('a', date('x'))", host) == "a");
    CHECK(evaluated("true() or nothing()", host) == "true");
    CHECK(evaluated("nothing() or true()", host) == "error: There is no function nothing().");
    CHECK(evaluated("date('x')", host) ==
          "error: date() was given `x`, which is not a date; dates are written as 2026-11-22.");
    CHECK(evaluated("count(1)", host) ==
          "error: count() needs a question, a group or a list as its argument 1.");
    CHECK(evaluated("$x", host) == "error: $x is not known; a question is named as ${x}.");
    CHECK(evaluated("'a'/b", host) ==
          "error: Only a question, a group or instance() can be followed by `/`.");
    CHECK(evaluated("5[1]", host) ==
          "error: A predicate in [ ] can only follow a question, a group or a list.");
    CHECK(evaluated("5|6", host) == "error: `|` joins questions or groups, not single values.");
}
