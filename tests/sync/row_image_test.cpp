#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

#include "tests/support/small_world.h"

using namespace sotay;

namespace {

Answers answersOf(std::size_t i) {
    Answers answers;
    auto put = [&](const char* path, Value value) {
        answers.values[{path, {}}] = std::move(value);
    };
    const auto n = static_cast<std::int64_t>(i);
    put("/name", Value::text("Hợp tác xã Đakrông " + std::to_string(i)));
    put("/area", Value::text(i % 2 ? "20101" : "20102"));
    // From one byte to eight, below zero and above.
    const std::int64_t members[] = {0,         1,        -1,        127,       -129,
                                    32768,     -8388609, 1ll << 31, 1ll << 40, -(1ll << 47) - 1,
                                    INT64_MAX, INT64_MIN};
    put("/members", Value::integer(members[i % 12]));
    put("/phone", Value::text("09" + std::to_string(10'000'000 + i)));
    if (i % 3) put("/income", Value::decimal(Decimal{n * 10 + 1, 1}));
    if (i % 5) put("/tax_code", Value::text(std::string(i % 7 == 0 ? 200 : 9, '7')));
    put("/women", Value::integer(n));
    return answers;
}

std::vector<Id> saveMany(Notebook& notebook, std::size_t from, std::size_t count) {
    std::vector<Answers> all;
    for (std::size_t i = from; i < from + count; ++i) all.push_back(answersOf(i));
    auto saved = notebook.saveNew("coop", all);
    REQUIRE_MESSAGE(saved.ok(), (saved.ok() ? "" : saved.error().message));
    return *saved;
}

void checkSound(SmallWorld& world, const std::vector<Notebook*>& notebooks) {
    const std::string hash = *world.server().stateHash();
    for (Notebook* each : notebooks) {
        CHECK(*each->stateHash() == hash);
        auto rebuilt = each->rebuildAndCompare();
        REQUIRE_MESSAGE(rebuilt.ok(), (rebuilt.ok() ? "" : rebuilt.error().message));
        CHECK(*rebuilt);
    }
    CHECK(*world.server().rebuildAndCompare());
    for (const char* file : {"server.db", "Lâm.db", "Hà.db"}) {
        SQLite::Database database((world.folder / file).string());
        CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
    }
}

void sync(SmallWorld& world, Notebook& notebook) {
    auto synced = world.sync(notebook);
    REQUIRE_MESSAGE(synced.ok(), (synced.ok() ? "" : synced.error().message));
}

std::string columnText(SmallWorld& world, const char* sql) {
    SQLite::Database database((world.folder / "Hà.db").string());
    return database.execAndGet(sql).getString();
}

}  // namespace

TEST_CASE("rows: many new records at once are what they are one by one") {
    SmallWorld world;
    auto a = world.laptop("Lâm", Role::Supervisor), b = world.laptop("Hà", Role::Supervisor);
    auto ids = saveMany(*a, 0, 1300);  // several images in one transaction
    sync(world, *a);
    sync(world, *b);

    checkSound(world, {a.get(), b.get()});
    for (std::size_t i : {0u, 7u, 10u, 11u, 1299u}) {
        const Answers typed = answersOf(i);
        for (Notebook* each : {a.get(), b.get()})
            CHECK(each->openRecord(ids[i])->answers.values == typed.values);
    }
    // The tables are plain ones for every program.
    CHECK(columnText(world,
                     "SELECT count(*) FROM form_coop WHERE typeof(members)='integer' AND "
                     "typeof(name)='text'") == "1300");
    CHECK(columnText(world, "SELECT members FROM form_coop WHERE women=10") ==
          "9223372036854775807");
    CHECK(columnText(world, "SELECT typeof(income)||income FROM form_coop WHERE women=1") ==
          "real1.1");
    ListQuery query;
    query.formId = "coop";
    query.search = "dakrong 1234";
    CHECK(b->list(query)->rows.size() == 1);
}

TEST_CASE("rows: what comes at once is edited, disputed and deleted as everything is") {
    SmallWorld world;
    auto a = world.laptop("Lâm", Role::Supervisor), b = world.laptop("Hà", Role::Supervisor);
    auto ids = saveMany(*a, 0, 100);
    sync(world, *a);
    sync(world, *b);
    REQUIRE(edit(*a, ids[3], "/phone", "111").ok());
    REQUIRE(edit(*b, ids[3], "/phone", "222").ok());
    REQUIRE(edit(*b, ids[4], "/tax_code", "").ok());
    REQUIRE(b->remove(ids[5], "twice").ok());
    auto more = saveMany(*b, 100, 100);
    for (int round = 0; round < 2; ++round)
        for (Notebook* each : {a.get(), b.get()}) sync(world, *each);

    CHECK(a->conflicts()->size() == 1);
    CHECK(a->conflicts()->at(0).fields.at(0).base == answersOf(3).values.at({"/phone", {}}));
    CHECK(answer(*a, ids[4], "/tax_code") == "");
    CHECK(a->openRecord(ids[5])->isDeleted);
    CHECK(answer(*a, more[99], "/women") == "199");
    checkSound(world, {a.get(), b.get()});
}

TEST_CASE("rows: a lost answer, or an answer too long for a row, changes nothing") {
    SmallWorld world;
    auto a = world.laptop("Lâm", Role::Supervisor), b = world.laptop("Hà", Role::Supervisor);
    std::vector<Answers> all;
    for (std::size_t i = 0; i < 80; ++i) all.push_back(answersOf(i));
    all[40].values[{"/phone", {}}] = Value::text(std::string(70'000, 'x'));
    all[41].values.erase({"/women", {}});
    all[41].values.erase({"/name", {}});
    all[41].values.erase({"/area", {}});
    auto ids = *a->saveNew("coop", all);
    saveMany(*a, 80, 80);
    CHECK_FALSE(world.sync(*a, SmallWorld::Fault::ReplyLost).ok());
    sync(world, *a);
    CHECK_FALSE(world.sync(*b, SmallWorld::Fault::ReplyLost).ok());
    sync(world, *b);

    CHECK(answer(*b, ids[40], "/phone").size() == 70'000);
    CHECK(b->status().records == 160);
    checkSound(world, {a.get(), b.get()});
}

TEST_CASE("rows: many new records, some with loans and some of a few answers, are saved as given") {
    SmallWorld world;
    auto a = world.laptop("Lâm", Role::Supervisor), b = world.laptop("Hà", Role::Supervisor);
    std::vector<Answers> all;
    for (std::size_t i = 0; i < 1100; ++i) {
        Answers& answers = all.emplace_back(answersOf(i));
        if (i % 100 == 7) answers.values = {{{"/name", {}}, Value::text("HTX")}};
        if (i % 250 != 3) continue;
        for (std::uint8_t loan = 1; loan <= 2; ++loan) {
            Id item;
            item.bytes[0] = loan;
            item.bytes[1] = static_cast<std::uint8_t>(i / 250);
            answers.items[{"/loans", {}}].push_back({item, "g" + std::to_string(loan)});
            answers.values[{"/loans/amount", {item}}] = Value::integer(1'000'000 * loan);
        }
    }
    auto ids = a->saveNew("coop", all);
    REQUIRE(ids.ok());
    REQUIRE(ids->size() == all.size());
    sync(world, *a);
    sync(world, *b);

    for (Notebook* each : {a.get(), b.get()})
        for (std::size_t i = 0; i < all.size(); i += i % 50 == 3 ? 4 : 1)
            REQUIRE(each->openRecord(ids->at(i))->answers == all[i]);
    checkSound(world, {a.get(), b.get()});

    Answers unknown;
    unknown.values[{"/nowhere", {}}] = Value::text("x");
    all[600] = unknown;
    auto refused = a->saveNew("coop", all);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().message.find("/nowhere") != std::string::npos);
    CHECK(a->status().records == 1100);
}

TEST_CASE("rows: tables of an older version are brought up to date, their records kept") {
    SmallWorld world;
    auto a = world.laptop("Lâm", Role::Supervisor), b = world.laptop("Hà", Role::Supervisor);
    auto ids = saveMany(*a, 0, 70);
    REQUIRE(addLoan(*a, ids[0], "5000000").ok());
    const std::string before = *a->stateHash();
    a.reset();
    {
        SQLite::Database database((world.folder / "Lâm.db").string(), SQLite::OPEN_READWRITE);
        std::string sql = database
                              .execAndGet(
                                  "SELECT sql FROM sqlite_schema WHERE type='table' AND "
                                  "name='form_coop'")
                              .getString();
        const std::string plain = "_id BLOB NOT NULL";
        sql.replace(sql.find(plain), plain.size(), plain + " UNIQUE");
        database.exec("ALTER TABLE form_coop RENAME TO renamed");
        database.exec(sql);
        database.exec("INSERT INTO form_coop SELECT * FROM renamed");
        database.exec("DROP TABLE renamed");
        database.exec("PRAGMA user_version=5");
    }
    auto opened = Notebook::open(world.folder / "Lâm.db", world.surroundings());
    REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.error().message));
    a = std::move(*opened);

    CHECK(*a->stateHash() == before);
    CHECK(std::filesystem::exists(world.folder / "Lâm.db.before-6"));
    saveMany(*a, 70, 70);
    CHECK(loans(*a, ids[0]) == std::vector<std::string>{"5000000"});
    sync(world, *a);
    sync(world, *b);
    checkSound(world, {a.get(), b.get()});
    SQLite::Database database((world.folder / "Lâm.db").string());
    CHECK(database.execAndGet("SELECT count(*) FROM pragma_index_list('form_coop')").getInt() == 1);
}
