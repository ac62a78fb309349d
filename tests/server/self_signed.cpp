#include "tests/server/self_signed.h"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>

#include "schema/id.h"

namespace sotay {

namespace {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* thing) const {
        Free(thing);
    }
};

using File = std::unique_ptr<std::FILE, Freed<&std::fclose>>;

File openForWriting(const std::filesystem::path& file) {
    File opened(std::fopen(file.c_str(), "w"));
    REQUIRE(opened);
    return opened;
}

}  // namespace

SelfSigned::SelfSigned() {
    Id random;
    REQUIRE(RAND_bytes(random.bytes.data(), static_cast<int>(random.bytes.size())) == 1);
    folder_ = std::filesystem::temp_directory_path() / ("sotay-tls-" + random.toString());
    std::filesystem::create_directory(folder_);
    certificate = folder_ / "certificate.pem";
    privateKey = folder_ / "key.pem";

    const std::unique_ptr<EVP_PKEY, Freed<&EVP_PKEY_free>> key(EVP_EC_gen("P-256"));
    const std::unique_ptr<X509, Freed<&X509_free>> made(X509_new());
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), key.get());
    X509_NAME* name = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("Sotay test"), -1, -1, 0);
    X509_set_issuer_name(made.get(), name);
    const std::unique_ptr<X509_EXTENSION, Freed<&X509_EXTENSION_free>> address(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1"));
    X509_add_ext(made.get(), address.get(), -1);
    REQUIRE(X509_sign(made.get(), key.get(), EVP_sha256()) > 0);
    PEM_write_X509(openForWriting(certificate).get(), made.get());
    PEM_write_PrivateKey(openForWriting(privateKey).get(), key.get(), nullptr, nullptr, 0, nullptr,
                         nullptr);
}

SelfSigned::~SelfSigned() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

}  // namespace sotay
