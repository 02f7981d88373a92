/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Names and meanings of codes, versions, and what an error object returns for values that it has not. */
#include "check.h"
#include <nlrs.h>
#include <errno.h>

int main(void)
{
    struct nlrs_error *err = nlrs_error_new();
    uint32_t number = 77;
    size_t size = 77;
    REQUIRE(err != NULL);

    CHECK_STR(nlrs_code_name(-ENODEV), "ENODEV");
    CHECK_STR(nlrs_code_name(NLRS_EPARTIAL), "NLRS_EPARTIAL");
    CHECK_STR(nlrs_code_name(0), "");
    CHECK_STR(nlrs_code_name(ENODEV), "");
    CHECK_STR(nlrs_code_name(-60000), "");
    CHECK_STR(nlrs_strerror(0), "success");
    CHECK_STR(nlrs_strerror(-60000), "unknown code");
    CHECK(nlrs_code_is_not_found(-ENODEV) && !nlrs_code_is_not_found(ENODEV));
    CHECK(nlrs_code_is_temporary(NLRS_EBUSY) && nlrs_code_is_temporary(-EBUSY));
    CHECK(nlrs_code_is_timeout(NLRS_ETIMEDOUT) && nlrs_code_is_timeout(-ETIMEDOUT) && !nlrs_code_is_timeout(-EAGAIN));

    CHECK_STR(nlrs_version(), NLRS_VERSION);
    CHECK_INT(nlrs_version_number(), NLRS_VERSION_NUMBER);
    CHECK_INT(NLRS_VERSION_NUMBER, NLRS_VERSION_MAJOR * 0x10000 + NLRS_VERSION_MINOR * 0x100 + NLRS_VERSION_PATCH);

    CHECK_INT(nlrs_error_seq(err, &number), -ENOENT);
    CHECK_INT(nlrs_error_request_type(err, &number), -ENOENT);
    CHECK_INT(nlrs_error_needed(err, &size), -ENOENT);
    CHECK(number == 77 && size == 77);
    CHECK_INT(nlrs_error_is_warning(err), 0);
    CHECK_INT(nlrs_error_is_warning(NULL), 0);
    CHECK_INT(nlrs_error_code(err), 0);
    CHECK_INT(nlrs_error_origin(err), NLRS_ORIGIN_NONE);
    nlrs_error_free(err);
    return check_end();
}
