#include <doctest/doctest.h>

#include "expression_host.h"

using namespace sotay;

namespace {

// A household with three members, the second of which has two plots, and a list of crops beside it.
struct Household {
    MemoryHost host;
    NodeId village = host.add(0, "village", "Ea Tul");
    NodeId members[3], names[3], ages[3], pays[3];
    NodeId plots[2], areas[2];
    NodeId total = host.add(0, "total");

    Household() {
        const char* name[] = {"An", "Bình", "Chi"};
        const char* age[] = {"40", "38", "0"};
        for (int i = 0; i < 3; ++i) {
            members[i] = host.addItem(0, "member");
            names[i] = host.add(members[i], "name", name[i]);
            ages[i] = host.addNumber(members[i], "age", age[i]);
            pays[i] = host.add(members[i], "pay", i == 2 ? "" : "100");
        }
        for (int i = 0; i < 2; ++i) {
            plots[i] = host.addItem(members[1], "plot");
            areas[i] = host.addNumber(plots[i], "ha", i == 0 ? "1.5" : "2");
        }
        NodeId root = host.addInstance("crops");
        const char* crops[][3] = {
            {"rice", "Lúa", "wet"}, {"tea", "Chè", "dry"}, {"coffee", "Cà phê", "dry"}};
        for (auto& crop : crops) {
            NodeId item = host.add(root, "item");
            host.add(item, "name", crop[0]);
            host.add(item, "label", crop[1]);
            host.add(item, "soil", crop[2]);
        }
    }

    std::string at(NodeId context, const std::string& expression) {
        return evaluated(expression, host, context);
    }
    std::string at(const std::string& expression) { return evaluated(expression, host, 0); }
};

}  // namespace

TEST_CASE("expression: paths reach answers from the root and from where they stand") {
    Household house;
    CHECK(house.at("/data/village") == "Ea Tul");
    CHECK(house.at("/village") == "Ea Tul");
    CHECK(house.at("/") == "");
    CHECK(house.at(house.village, ".") == "Ea Tul");
    CHECK(house.at(house.village, "../village") == "Ea Tul");
    CHECK(house.at(house.ages[1], "../name") == "Bình");
    CHECK(house.at(house.areas[1], "../../name") == "Bình");
    CHECK(house.at(house.members[0], "name") == "An");
    CHECK(house.at("/data/nothing") == "");
    CHECK(house.at("count(/data/nothing/more)") == "0");
    CHECK(house.at("count(/data/*)") == "5");
    CHECK(house.at("count(//name)") == "3");
    CHECK(house.at("//plot[2]/ha") == "2");
    CHECK(house.at("count(/data/member/plot/ha)") == "2");
    CHECK(house.at("count(/data/@x)") == "0");
    CHECK(house.at("count(../..)") == "0");
}

TEST_CASE("expression: every axis of XPath works") {
    Household house;
    CHECK(house.at(house.areas[0], "name(ancestor::*[last()])") == "data");
    CHECK(house.at(house.areas[0], "count(ancestor::node())") == "3");
    CHECK(house.at(house.areas[0], "name(ancestor::*[1])") == "plot");
    CHECK(house.at(house.areas[0], "count(ancestor-or-self::*)") == "4");
    CHECK(house.at(house.members[1], "following-sibling::member/name") == "Chi");
    CHECK(house.at(house.members[2], "preceding-sibling::member[1]/name") == "Bình");
    CHECK(house.at(house.members[2], "preceding-sibling::member/name") == "An");
    CHECK(house.at("count(descendant::name)") == "3");
    CHECK(house.at("count(descendant-or-self::node())") == "19");
    CHECK(house.at(house.members[0], "count(following::name)") == "2");
    CHECK(house.at(house.members[2], "count(preceding::*)") == "14");
    CHECK(house.at(house.members[2], "preceding::name[1]") == "Bình");
    CHECK(house.at(house.names[0], "self::name") == "An");
    CHECK(house.at(house.names[0], "count(self::age)") == "0");
    CHECK(house.at("count(//name | //age | //name)") == "6");
    CHECK(house.at("name((//age | //name)[1])") == "name");
}

TEST_CASE("expression: predicates choose by position and by condition") {
    Household house;
    CHECK(house.at("/data/member[2]/name") == "Bình");
    CHECK(house.at("/data/member[position() = last()]/name") == "Chi");
    CHECK(house.at("/data/member[age > 30][2]/name") == "Bình");
    CHECK(house.at("count(/data/member[plot/ha > 1])") == "1");
    CHECK(house.at("/data/member[name = 'Chi']/age") == "0");
    CHECK(house.at("count(/data/member[age])") == "2");
    CHECK(house.at("(//name)[3]") == "Chi");
    CHECK(house.at("${member}[3]/name") == "Chi");
    CHECK(house.at("count(${member}[${age} > 30])") == "2");
    CHECK(house.at(house.ages[1], "/data/member[position() = position(current()/..) - 1]/name") ==
          "An");
    CHECK(house.at(house.ages[1], "count(/data/member[age < current()])") == "1");
}

TEST_CASE("expression: inside a repeat, an absolute path and ${name} mean the same item") {
    Household house;
    CHECK(house.at(house.ages[1], "/data/member/name") == "Bình");
    CHECK(house.at(house.ages[1], "${name}") == "Bình");
    CHECK(house.at(house.areas[0], "/data/member/name") == "Bình");
    CHECK(house.at(house.ages[1], "count(/data/member/plot)") == "2");
    CHECK(house.at(house.ages[0], "count(/data/member/plot)") == "0");
    CHECK(house.at(house.ages[1], "count(../../member)") == "3");
    CHECK(house.at(house.total, "count(/data/member/name)") == "3");
    CHECK(house.at(house.total, "sum(${ha})") == "3.5");
    CHECK(house.at(house.ages[1], "position(..)") == "2");
    CHECK(house.at(house.areas[1], "position(..)") == "2");
    CHECK(house.at(house.areas[1], "position(../..)") == "2");
    CHECK(house.at(house.areas[1], "index()") == "2");
    CHECK(house.at(house.total, "index()").starts_with("error: "));
    CHECK(house.at("position(/data/nothing)") == "0");
}

TEST_CASE("expression: indexed-repeat takes one item of a repeat") {
    Household house;
    CHECK(house.at("indexed-repeat(${name}, ${member}, 2)") == "Bình");
    CHECK(house.at(house.names[2], "indexed-repeat(${name}, ${member}, position(..) - 1)") ==
          "Bình");
    CHECK(house.at(house.names[2], "indexed-repeat(/data/member/name, /data/member, 1)") == "An");
    CHECK(house.at(house.names[2], "indexed-repeat(../name, .., 1)") == "An");
    CHECK(house.at("indexed-repeat(${name}, ${member}, '')") == "An");
    CHECK(house.at("indexed-repeat(${name}, ${member}, 9)") == "");
    CHECK(house.at("indexed-repeat(${ha}, ${member}, 2, ${plot}, 2)") == "2");
    CHECK(house.at(house.ages[1], "indexed-repeat(${ha}, ${plot}, 2)") == "2");
    CHECK(house.at("indexed-repeat(${name}, ${member})").starts_with("error: "));
    CHECK(house.at("indexed-repeat('x', ${member}, 1)").starts_with("error: "));
}

TEST_CASE("expression: lists beside the record are looked up, with the question as current()") {
    Household house;
    NodeId crop = house.host.add(0, "crop", "tea");
    CHECK(house.at(crop, "instance('crops')/root/item[name = 'rice']/label") == "Lúa");
    CHECK(house.at(crop, "instance('crops')/root/item[name = current()]/label") == "Chè");
    CHECK(house.at(crop, "instance('crops')/root/item[name = current()/../crop]/label") == "Chè");
    CHECK(house.at(crop, "instance('crops')/root/item[name = ${crop}]/label") == "Chè");
    CHECK(house.at(crop, "instance('crops')/root/item[name = /data/crop]/label") == "Chè");
    CHECK(house.at(crop, "count(instance('crops')/root/item[soil = 'dry'])") == "2");
    CHECK(house.at(crop, "join(' ', instance('crops')/root/item/name)") == "rice tea coffee");
    CHECK(house.at(crop, "instance('none')/root").starts_with("error: instance() names `none`"));
    CHECK(house.at(house.names[1], "count(instance('crops')/root/item[${name} = 'Bình'])") == "3");
}

TEST_CASE("expression: all form programs shuffle a list alike from the same seed") {
    MemoryHost host;
    NodeId root = host.addInstance("letters");
    for (const char* letter : {"A", "B", "C", "D", "E", "F"}) host.add(root, "item", letter);
    CHECK(evaluated("join('', randomize(instance('letters')/root/item, 42))", host) == "AFCBDE");
    CHECK(evaluated("join('', randomize(instance('letters')/root/item, '42'))", host) == "AFCBDE");
    CHECK(evaluated("join('', randomize(instance('letters')/root/item, ''))", host) ==
          evaluated("join('', randomize(instance('letters')/root/item, 0))", host));
    CHECK(
        evaluated("join('', randomize(instance('letters')/root/item, 'Hello'))", host) ==
        evaluated("join('', randomize(instance('letters')/root/item, 1756278180214341157))", host));
    CHECK(evaluated("string-length(join('', randomize(instance('letters')/root/item)))", host) ==
          "6");
    CHECK(evaluated("randomize('a')", host).starts_with("error: "));
}

TEST_CASE("expression: sums leave out what has no answer, and what is not asked does not count") {
    Household house;
    CHECK(house.at("sum(/data/member/pay)") == "200");
    CHECK(house.at("sum(/data/nothing)") == "0");
    CHECK(house.at("max(/data/member/age)") == "40");
    CHECK(house.at("min(/data/member/age)") == "0");
    CHECK(house.at("max(/data/member/age, 50)") == "50");
    CHECK(house.at("max(/data/nothing)") == "NaN");
    CHECK(house.at("count-non-empty(/data/member/pay)") == "2");
    CHECK(house.at("count-non-empty(/data/member)") == "3");
    CHECK(house.at("concat(/data/member/name, '!')") == "AnBìnhChi!");
    CHECK(house.at("checklist(2, 2, /data/member/age)") == "true");
    CHECK(house.at("weighted-checklist(200, 200, /data/member/age, /data/member/pay)") == "true");
    CHECK(house.at("sum('x')").starts_with("error: "));

    house.host.nodes[house.pays[0]].relevant = false;
    CHECK(house.at("sum(/data/member/pay)") == "100");
    CHECK(house.at("count(/data/member/pay)") == "2");
    CHECK(house.at("sum(${pay})") == "100");
}

TEST_CASE("expression: a number that was answered is a number, text stays text") {
    Household house;
    CHECK(house.at(house.ages[2], "if(., 'yes', 'no')") == "no");
    CHECK(house.at(house.pays[0], "if(., 'yes', 'no')") == "yes");
    CHECK(house.at(house.ages[0], ". = '40.0'") == "true");
    CHECK(house.at(house.pays[0], ". = '100.0'") == "false");
    CHECK(house.at(house.pays[0], ". = 100.0") == "true");
    CHECK(house.at(house.pays[2], ". = ''") == "true");
    CHECK(house.at(house.pays[2], ". + 1") == "NaN");
    CHECK(house.at(house.pays[2], "coalesce(., 5)") == "5");
    CHECK(house.at("/data/member/name = 'Chi'") == "true");
    CHECK(house.at("/data/member/name = 'Dung'") == "false");
    CHECK(house.at("/data/nothing = ''") == "true");
    CHECK(house.at(house.names[0], "string-length()") == "2");
}

TEST_CASE("expression: once() keeps an answer that is there") {
    Household house;
    CHECK(house.at(house.pays[0], "once('new')") == "100");
    CHECK(house.at(house.pays[2], "once('new')") == "new");
}

TEST_CASE("expression: a list of 50,000 choices is filtered") {
    MemoryHost host;
    NodeId province = host.add(0, "province", "66");
    NodeId commune = host.add(0, "commune");
    NodeId root = host.addInstance("communes");
    for (int i = 0; i < 50'000; ++i) {
        NodeId item = host.add(root, "item");
        host.add(item, "name", std::to_string(i));
        host.add(item, "label", "Xã " + std::to_string(i));
        host.add(item, "province", std::to_string(i % 100));
    }
    auto filter = Expression::parse("instance('communes')/root/item[province = ${province}]");

    auto found = filter->evaluate(host, commune);

    CHECK(host.nodeText(province) == "66");
    CHECK(found->nodes.size() == 500);
}

TEST_CASE("expression: predicates inside predicates over long lists are refused, not waited for") {
    MemoryHost host;
    for (int i = 0; i < 3000; ++i) host.add(0, "a", std::to_string(i));
    CHECK(evaluated("count(a[count(../a[count(../a[. > 1]) > 1]) > 1])", host)
              .starts_with("error: The expression looks at too many"));
}
