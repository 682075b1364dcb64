// Levels of z/VM: their names, and the service that can be on them.
#include "stack/base/level.hpp"

#include <doctest/doctest.h>

using namespace vmlab;

TEST_CASE("7.1 with its service is the default") {
    const Level level;
    CHECK(level.tcpip() == "710");
    CHECK(level.long_name() == "Version 7 Release 1.0");
    CHECK(level.short_name() == "V7.1.0");
    CHECK(level.cp_service() == "1901");
    CHECK(level.cms() == "CMS Level 30, Service Level 901");
    CHECK(level.service() == std::vector{Apar::PI99184, Apar::PH18435});
    CHECK(level.has(Apar::PI72106));  // part of 7.1
}

TEST_CASE("service is part of later levels, can be on its own, and is never on earlier ones") {
    CHECK(Level(Release::v640).service() == std::vector{Apar::PI72106});
    CHECK_FALSE(Level(Release::v640).has(Apar::PI99184));
    CHECK_FALSE(Level(Release::v640, {}).has(Apar::PI72106));
    CHECK_FALSE(Level(Release::v710, {}).has(Apar::PH18435));
    CHECK(Level(Release::v710, {}).has(Apar::PI72106));
    CHECK(Level(Release::v740, {}).service().empty());
    for (const auto apar : kApars) {
        CHECK(Level(Release::v740, {}).has(apar));
        CHECK(find_apar(name_of(apar)) == apar);
        CHECK_FALSE(applies(apar, Release::v740));
    }
    CHECK(find_apar("pi99184") == Apar::PI99184);
    CHECK_FALSE(find_apar("PK00001").has_value());
    CHECK(find_release(730) == Release::v730);
    CHECK_FALSE(find_release(630).has_value());
}
