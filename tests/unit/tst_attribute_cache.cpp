// SPDX-License-Identifier: GPL-3.0-or-later
// What a store told of a span is told again without asking it.
#include "app/sources/attribute_cache.h"

#include <QTest>

using namespace tailspan;
using namespace tailspan::sources;

namespace {

trace::SpanAddress addressOf(std::string id, std::string service = "auth")
{
    trace::SpanAddress address;
    address.traceId = "t1";
    address.spanId = std::move(id);
    address.service = std::move(service);
    return address;
}

trace::SpanDetails detailsOf(std::vector<trace::Attribute> attributes, std::vector<trace::Attribute> resource)
{
    trace::SpanDetails details;
    details.attributes = std::move(attributes);
    details.resource = std::move(resource);
    return details;
}

bool areSame(const std::vector<trace::Attribute> &a, const std::vector<trace::Attribute> &b)
{
    return std::ranges::equal(a, b, [](const trace::Attribute &one, const trace::Attribute &other) {
        return one.key == other.key && one.value == other.value && one.isRedacted == other.isRedacted;
    });
}

} // namespace

class TestAttributeCache : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatWasKeptIsFound()
    {
        AttributeCache cache;
        const trace::SpanDetails kept =
            detailsOf({{"path", "/pay"}, {"empty", ""}, {"note", "\xe2\x80\xa2", true}}, {{"version", "2.14.1"}});
        cache.keep(addressOf("s1"), kept);
        cache.keep(addressOf("s2"), detailsOf({}, {}));
        trace::SpanDetails found = detailsOf({{"old", "x"}}, {});
        QVERIFY(cache.find(addressOf("s1"), found));
        QVERIFY(areSame(found.attributes, kept.attributes) && areSame(found.resource, kept.resource));
        QVERIFY(cache.find(addressOf("s2"), found));
        QVERIFY(found.attributes.empty() && found.resource.empty());
    }

    void spansOfOneIdInTwoServicesAreTwo()
    {
        AttributeCache cache;
        cache.keep(addressOf("s1", "auth"), detailsOf({{"side", "server"}}, {}));
        trace::SpanDetails found;
        QVERIFY(!cache.find(addressOf("s1", "payment"), found));
    }

    void aFullCacheBeginsAnew()
    {
        AttributeCache cache(2);
        trace::SpanDetails found;
        for (const char *id : {"s1", "s2", "s3"})
            cache.keep(addressOf(id), detailsOf({{"id", id}}, {}));
        QVERIFY(!cache.find(addressOf("s1"), found) && !cache.find(addressOf("s2"), found));
        QVERIFY(cache.find(addressOf("s3"), found));
        QCOMPARE(found.attributes.front().value, std::string("s3"));
    }
};

QTEST_GUILESS_MAIN(TestAttributeCache)
#include "tst_attribute_cache.moc"
