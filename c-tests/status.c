/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Acks, errors and ends of dumps in every form that kernels send, each cut at every byte. */
#include "check.h"
#include <nlrs.h>
#include <linux/rtnetlink.h>

static struct nlrs_error *err;
static unsigned char request[256], answer[512];

/* A request with an attribute in a nest; the offset of that attribute. */
static size_t ask(void)
{
    struct nlrs_msg m;
    struct rtmsg rtm;
    size_t at;
    int nest;
    memset(&rtm, 0, sizeof rtm);
    nlrs_msg_init(&m, request, sizeof request);
    nlrs_msg_begin(&m, RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_ACK);
    nlrs_msg_set_seq(&m, 77);
    nlrs_msg_put_header(&m, &rtm, sizeof rtm);
    nlrs_msg_put_u32(&m, RTA_OIF, 1);
    nest = nlrs_msg_nest_begin(&m, RTA_METRICS);
    nlrs_msg_put_u32(&m, RTAX_MTU, 1500);
    at = 16 + sizeof rtm + 8 + 4 + 8;
    nlrs_msg_put_u32(&m, RTAX_HOPLIMIT, 300);
    nlrs_msg_nest_end(&m, nest);
    CHECK_INT(nlrs_msg_end(&m), 0);
    return at;
}

/* Reads the message with every shorter length: it never crashes (ASan, valgrind), and returns -EBADMSG or fewer
 * details. */
static int read_all(size_t len, int *ret_code)
{
    struct nlmsghdr nlh;
    size_t cut;
    memcpy(&nlh, answer, 16);
    for (cut = 16; cut < len; cut++) {
        unsigned char *copy = malloc(cut);
        int code = 12345, result;
        struct nlmsghdr shorter = nlh;
        REQUIRE(copy != NULL);
        shorter.nlmsg_len = (uint32_t)cut;
        memcpy(copy, answer, cut);
        memcpy(copy, &shorter, 16);
        result = nlrs_nlmsg_status((const void *)copy, (const void *)request, sizeof(struct rtmsg), &code, err);
        CHECK(result == 0 || (result == -EBADMSG && code == 12345));
        if (nlh.nlmsg_type == NLMSG_ERROR)
            CHECK_INT(result, cut < 20 ? -EBADMSG : 0);
        free(copy);
    }
    nlh.nlmsg_len = (uint32_t)len;
    memcpy(answer, &nlh, 16);
    return nlrs_nlmsg_status((const void *)answer, (const void *)request, sizeof(struct rtmsg), ret_code, err);
}

/* Error and end of dump, capped or with a copy of the whole request, with or without attributes, text with or
 * without NUL. */
static void forms(size_t culprit)
{
    int is_done, capped, tlvs, nul, code;
    for (is_done = 0; is_done <= 1; is_done++)
        for (capped = 0; capped <= 1; capped++)
            for (tlvs = 0; tlvs <= 1; tlvs++)
                for (nul = 0; nul <= 1; nul++) {
                    const int errors[] = { 0, -EPERM, -4097, -65535 };
                    size_t e;
                    for (e = 0; e < 4; e++) {
                        struct nlrs_msg m;
                        struct nlmsghdr nlh;
                        uint32_t types[8] = { 0 };
                        unsigned char payload[300];
                        size_t len = 4;
                        memcpy(payload, &errors[e], 4);
                        memcpy(&nlh, request, 16);
                        if (!is_done) {
                            size_t echoed = capped ? 16 : nlh.nlmsg_len;
                            memcpy(payload + len, request, echoed);
                            len += echoed;
                        }
                        nlrs_msg_init(&m, answer, sizeof answer);
                        nlrs_msg_begin(&m, is_done ? NLMSG_DONE : NLMSG_ERROR,
                                       (is_done ? NLM_F_MULTI : 0u) | (capped ? NLM_F_CAPPED : 0u) | (tlvs ? NLM_F_ACK_TLVS : 0u));
                        nlrs_msg_put_header(&m, payload, len);
                        if (tlvs) {
                            if (nul)
                                nlrs_msg_put_str(&m, NLMSGERR_ATTR_MSG, "too high");
                            else
                                nlrs_msg_put_strn(&m, NLMSGERR_ATTR_MSG, "too high", 8);
                            nlrs_msg_put_u32(&m, NLMSGERR_ATTR_OFFS, (uint32_t)culprit);
                        }
                        CHECK_INT(nlrs_msg_end(&m), 0);
                        code = 12345;
                        CHECK_INT(read_all(nlrs_msg_len(&m), &code), 0);
                        CHECK_INT(code, errors[e]);
                        CHECK_INT(nlrs_error_code(err), errors[e]);
                        CHECK_STR(nlrs_error_message(err), tlvs ? "too high" : "");
                        CHECK_INT(nlrs_error_path(err, types, 8), tlvs ? 2 : 0);
                        if (tlvs)
                            CHECK(types[0] == RTA_METRICS && types[1] == RTAX_HOPLIMIT);
                        CHECK_INT(nlrs_error_is_warning(err), tlvs && errors[e] == 0);
                        CHECK_INT(nlrs_error_origin(err), errors[e] != 0 || tlvs ? NLRS_ORIGIN_KERNEL : NLRS_ORIGIN_NONE);
                        CHECK_INT(nlrs_nlmsg_status((const void *)answer, NULL, 0, &code, err), 0);
                        CHECK_INT(nlrs_error_path(err, types, 8), 0);
                        CHECK_INT(nlrs_nlmsg_status((const void *)answer, NULL, 0, &code, NULL), 0);
                    }
                }
}

static void oddities(void)
{
    struct nlrs_msg m;
    struct nlmsghdr nlh;
    int code = 12345;

    /* The end of a dump without payload (devlink), with 1 to 3 bytes, with a positive number. */
    memset(&nlh, 0, sizeof nlh);
    nlh.nlmsg_len = 16;
    nlh.nlmsg_type = NLMSG_DONE;
    CHECK_INT(nlrs_nlmsg_status(&nlh, NULL, 0, &code, err), 0);
    CHECK_INT(code, 0);
    nlrs_msg_init(&m, answer, sizeof answer);
    nlrs_msg_begin(&m, NLMSG_DONE, 0);
    nlrs_msg_put_header(&m, "\0\0\0\0", 4);
    nlrs_msg_end(&m);
    memcpy(&nlh, answer, 16);
    for (nlh.nlmsg_len = 17; nlh.nlmsg_len < 20; nlh.nlmsg_len++) {
        memcpy(answer, &nlh, 16);
        code = 12345;
        CHECK_INT(nlrs_nlmsg_status((const void *)answer, NULL, 0, &code, err), -EBADMSG);
        CHECK_INT(code, 12345);
    }
    /* An error with a code that is none; a message that is neither. */
    nlrs_msg_reset(&m);
    nlrs_msg_begin(&m, NLMSG_ERROR, 0);
    code = 5;
    nlrs_msg_put_header(&m, &code, 4);
    nlrs_msg_put_header(&m, request, 16);
    nlrs_msg_end(&m);
    CHECK_INT(nlrs_nlmsg_status((const void *)answer, NULL, 0, &code, err), -EBADMSG);
    CHECK_INT(nlrs_error_code(err), -EBADMSG);
    CHECK_INT(nlrs_error_origin(err), NLRS_ORIGIN_LIBRARY);
    CHECK_INT(nlrs_nlmsg_status((const void *)request, NULL, 0, &code, err), -EBADMSG);
}

/* The replies of the builder are read back. */
static void our_answers(size_t culprit)
{
    struct nlrs_msg m;
    uint32_t types[8] = { 0 };
    int code = 12345;
    nlrs_msg_init(&m, answer, sizeof answer);
    CHECK_INT(nlrs_msg_append_ack(&m, (const void *)request), 0);
    CHECK_INT(nlrs_nlmsg_status((const void *)answer, (const void *)request, 12, &code, err), 0);
    CHECK_INT(code, 0);
    CHECK_INT(nlrs_error_origin(err), NLRS_ORIGIN_NONE);
    {
        /* One that does not fit leaves no message open. */
        uint64_t small[3];
        nlrs_msg_init(&m, small, sizeof small);
        CHECK_INT(nlrs_msg_append_ack(&m, (const void *)request), -ENOSPC);
        CHECK_INT(nlrs_msg_begin(&m, 16, 0), 0);
        CHECK_INT(nlrs_msg_end(&m), 0);
        CHECK_INT(nlrs_msg_count(&m), 1);
        /* An open message of the caller is not ended. */
        CHECK_INT(nlrs_msg_begin(&m, 17, 0), -ENOSPC);
        CHECK_INT(nlrs_msg_end(&m), -ENOSPC);
        nlrs_msg_init(&m, answer, sizeof answer);
        CHECK_INT(nlrs_msg_begin(&m, 16, 0), 0);
        CHECK_INT(nlrs_msg_append_ack(&m, (const void *)request), -EINVAL);
        CHECK_INT(nlrs_msg_end(&m), -EINVAL);
        CHECK_INT(nlrs_msg_count(&m), 0);
    }
    nlrs_msg_reset(&m);
    CHECK_INT(nlrs_msg_begin_error(&m, (const void *)request, -ENODEV), 0);
    nlrs_msg_put_str(&m, NLMSGERR_ATTR_MSG, "not here");
    nlrs_msg_put_u32(&m, NLMSGERR_ATTR_OFFS, (uint32_t)culprit);
    CHECK_INT(nlrs_msg_end(&m), 0);
    CHECK_INT(nlrs_nlmsg_status((const void *)answer, (const void *)request, 12, &code, err), 0);
    CHECK_INT(code, -ENODEV);
    CHECK_STR(nlrs_error_message(err), "not here");
    CHECK_INT(nlrs_error_path(err, types, 8), 2);
    nlrs_msg_reset(&m);
    CHECK_INT(nlrs_msg_begin_done(&m, (const void *)request, -EINTR), 0);
    nlrs_msg_put_str(&m, NLMSGERR_ATTR_MSG, "broken off");
    CHECK_INT(nlrs_msg_end(&m), 0);
    CHECK_INT(nlrs_nlmsg_status((const void *)answer, (const void *)request, 12, &code, err), 0);
    CHECK_INT(code, -EINTR);
    CHECK_STR(nlrs_error_message(err), "broken off");
}

int main(void)
{
    size_t culprit;
    err = nlrs_error_new();
    REQUIRE(err != NULL);
    culprit = ask();
    forms(culprit);
    oddities();
    our_answers(culprit);
    nlrs_error_free(err);
    return check_end();
}
