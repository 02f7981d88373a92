/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * libnlrs-ynl: any family of the kernel's netlink by name. A family's specification (YAML, as in the kernel's
 * Documentation/netlink) is read at run time; requests and replies are JSON.
 *
 *     struct nlrs_ynl *links = NULL;
 *     char *json = NULL, *error = NULL;
 *     if (nlrs_ynl_open("rt-link", 0, &links, &error) == 0 &&
 *         nlrs_ynl_call(links, "getlink", "{\"ifname\": \"lo\"}", 0, &json, &error) == 0)
 *         puts(json);
 *     else
 *         fprintf(stderr, "%s\n", error);
 *     nlrs_ynl_free(json);
 *     nlrs_ynl_free(error);
 *     nlrs_ynl_close(links);
 *
 * CONVENTIONS
 *
 * What can fail returns an int: 0 or more for success; below 0 an errno, negative, or one of NLRS_YNL_E…, whose
 * numbers are those of nlrs.h. Outputs are called ret_…, stand last, and are untouched on failure; ret_error gets a
 * JSON object with the details then, and may be NULL. A NULL where a pointer must be is -EINVAL; in a function that
 * frees or closes it is nothing. Texts are UTF-8 with a NUL. JSON has no line breaks, and no NUL inside. What is
 * given out as char ** or void ** is the caller's, to be freed with nlrs_ynl_free; what is given out as const char **
 * is valid until the next call on the object that it came from.
 *
 * THREADS
 *
 * Functions that take a const T * may run at the same time on one object; those that take a T * need the object to
 * themselves. Different objects are independent. There is no thread that the caller did not start, and nothing is
 * printed.
 *
 * A callback must not throw, unwind or longjmp through the library. An exhausted memory inside the JSON and YAML
 * readers ends the process, as it does in every program that Rust's standard library is part of; the copies that
 * callers get are checked: -ENOMEM.
 */
#ifndef NLRS_YNL_H
#define NLRS_YNL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A family that was opened.
 */
struct nlrs_ynl;
/**
 * A dump in progress.
 */
struct nlrs_ynl_dump;
/**
 * A socket that follows events.
 */
struct nlrs_ynl_events;

/**
 * Gets a reply: JSON with a NUL behind it, its length without, and the pointer that the caller gave. The text is
 * valid until it returns. 0 continues, NLRS_YNL_STOP ends the call with success, a negative number ends it with that
 * code.
 */
typedef int (*nlrs_ynl_fn)(const char *json, size_t len, void *arg);

/* Families: open by name, set up, close. */

/**
 * For nlrs_ynl_open: accept keys and words in the specification that no schema has, also in a file that is given
 * by its path.
 */
#define NLRS_YNL_NO_SCHEMA 1

/**
 * Returns the version of the library, as "0.1.0".
 */
const char *nlrs_ynl_version(void);

/**
 * Opens a family: finds its specification and reads it. No socket is opened before it is needed.
 *
 * What contains a slash or ends in ".yaml" is the path of a file; anything else is the name of a family, whose
 * file is looked for in the folders of the environment variable NLRS_YNL_PATH (colons between them; not in a program
 * that runs with more rights than its caller), then where this library, the kernel's tools and distributions
 * install specifications (/usr/local/share/nlrs-ynl/specs, /usr/share/nlrs-ynl/specs, /usr/local/share/ynl/specs,
 * /usr/share/ynl/specs, /usr/share/ynl, /usr/src/linux/Documentation/netlink/specs), and last among those that the
 * library carries: nlctrl, rt-addr, rt-link, rt-neigh, rt-route, rt-rule. A file that is given by its path is
 * checked against its schema to the letter; in one that was found by name, unknown keys are passed over, since it
 * may be newer than this library.
 *
 * @param family_or_path name or path
 * @param flags          0, or NLRS_YNL_NO_SCHEMA
 * @param ret_ynl        gets the family, to be closed with nlrs_ynl_close
 * @param ret_error      may be NULL; on failure gets the error as JSON, to be freed with nlrs_ynl_free
 * @return 0; -ENOENT if there is no specification of that name, or no such file; -EINVAL if a pointer that must
 *         not be NULL is, or if the specification is malformed or breaks its schema: file, line, column and reason
 *         are in the error; -EACCES and other errnos of reading a file
 */
int nlrs_ynl_open(const char *family_or_path,
                  uint32_t flags,
                  struct nlrs_ynl **ret_ynl,
                  char **ret_error);

/**
 * As nlrs_ynl_open, with the text of a specification in place of its name.
 *
 * @param yaml      the text; it is not kept
 * @param len       its length in bytes
 * @param name      what errors call the file; may be NULL
 * @param flags     0, or NLRS_YNL_NO_SCHEMA
 * @param ret_ynl   gets the family, to be closed with nlrs_ynl_close
 * @param ret_error may be NULL; on failure gets the error as JSON, to be freed with nlrs_ynl_free
 * @return 0; -EINVAL as nlrs_ynl_open
 */
int nlrs_ynl_open_text(const char *yaml,
                       size_t len,
                       const char *name,
                       uint32_t flags,
                       struct nlrs_ynl **ret_ynl,
                       char **ret_error);

/**
 * Closes a family. Dumps and events that were opened from it remain usable. NULL is allowed.
 */
void nlrs_ynl_close(struct nlrs_ynl *ynl);

/**
 * Frees a text or bytes that a function of this library gave. NULL is allowed.
 */
void nlrs_ynl_free(void *memory);

/**
 * Returns the family's name as its specification has it, or NULL if ynl is NULL. Valid until nlrs_ynl_close.
 */
const char *nlrs_ynl_name(const struct nlrs_ynl *ynl);

/**
 * Returns the file that the specification was read from, or "carried:" and the name of one that the library
 * carries; NULL if ynl is NULL. Valid until nlrs_ynl_close.
 */
const char *nlrs_ynl_origin(const struct nlrs_ynl *ynl);

/**
 * Sets how long an operation may take as a whole, of a socket that is open too. 30 seconds, if it is not called.
 *
 * @param ynl          the family
 * @param milliseconds below 0: any time
 * @return 0; -EINVAL if ynl is NULL
 */
int nlrs_ynl_set_timeout(const struct nlrs_ynl *ynl,
                         int64_t milliseconds);

/**
 * Opens the sockets that come later in another network namespace. The socket for requests that is open now is
 * closed as soon as nothing uses it.
 *
 * @param ynl          the family
 * @param path_or_name with a slash a file ("/proc/123/ns/net"), otherwise the name of one below /run/netns
 * @return 0; -EINVAL if a pointer is NULL. Whether the namespace is there shows when a socket is opened.
 */
int nlrs_ynl_set_netns(const struct nlrs_ynl *ynl, const char *path_or_name);

/**
 * Sets the ID of a family of generic netlink, so that nlrs_ynl_encode does not ask the kernel for it.
 *
 * @param ynl the family
 * @param id  1 … 65535
 * @return 0; -EINVAL if ynl is NULL; -ERANGE for another number
 */
int nlrs_ynl_set_family_id(const struct nlrs_ynl *ynl, uint32_t id);

/**
 * Ends the requests and dumps in progress, or the next one, with NLRS_YNL_ECANCELED. Any thread may call it.
 *
 * @param ynl the family
 * @return 0; -EINVAL if ynl is NULL
 */
int nlrs_ynl_cancel(const struct nlrs_ynl *ynl);

/**
 * Returns the descriptor of the socket for requests, which is opened if there is none. It remains the library's.
 *
 * @param ynl the family
 * @return the descriptor; -EINVAL if ynl is NULL; the errnos of opening a socket
 */
int nlrs_ynl_fd(const struct nlrs_ynl *ynl);

/**
 * Lists the families that can be opened by name: a JSON object with the name of each and where its specification
 * is.
 *
 * @param ret_json gets the text, to be freed with nlrs_ynl_free
 * @return 0; -EINVAL if ret_json is NULL; -ENOMEM
 */
int nlrs_ynl_families(char **ret_json);

/* Requests: one reply or many, one message or a batch. */

/**
 * Flag of a request: return the object as it is afterwards. NLM_F_ECHO.
 */
#define NLRS_YNL_ECHO 8

/**
 * Flag of a request: replace an object that exists. NLM_F_REPLACE.
 */
#define NLRS_YNL_REPLACE 256

/**
 * Flag of a request: fail if the object exists. NLM_F_EXCL.
 */
#define NLRS_YNL_EXCL 512

/**
 * Flag of a request: create the object if it does not exist. NLM_F_CREATE.
 */
#define NLRS_YNL_CREATE 1024

/**
 * Flag of a request: add to the end of the list. NLM_F_APPEND.
 */
#define NLRS_YNL_APPEND 2048

/**
 * Flag of a request: ask for all objects.
 */
#define NLRS_YNL_DUMP 65536

/**
 * Flag of a request: do not check values against the limits in the specification.
 */
#define NLRS_YNL_UNCHECKED 131072

/**
 * A callback's result: end the call with success.
 */
#define NLRS_YNL_STOP 1

/**
 * Of a batch, some messages were refused.
 */
#define NLRS_YNL_EPARTIAL -65537

/**
 * The table changed during the dump: what was delivered may be inconsistent. Dump again.
 */
#define NLRS_YNL_EINTR_DUMP -65541

/**
 * The receive buffer overflowed: messages were lost.
 */
#define NLRS_YNL_EOVERRUN -65542

/**
 * A datagram was longer than the buffer: its end was lost.
 */
#define NLRS_YNL_ETRUNC -65543

/**
 * The deadline passed.
 */
#define NLRS_YNL_ETIMEDOUT -65544

/**
 * The call was cancelled.
 */
#define NLRS_YNL_ECANCELED -65545

/**
 * The socket is in use by a dump.
 */
#define NLRS_YNL_EBUSY -65546

/**
 * Sends a request, passes each reply to a callback, and waits for the kernel's ack.
 *
 * The request is a JSON object: attributes of the operation and members of the family's header, by the names of
 * the specification. Values may be as replies have them, or freer: names or numbers for enums and flags,
 * hexadecimal digits for bytes, addresses as text, one object where a list of one is meant, {"UnknownAttr(67)":
 * "0100"} or {"67": "0100"} for an attribute that the specification does not have, {"UnknownBytes": "0100"} for a
 * value of any type. Values outside the limits in the specification (ranges, lengths, flags) are refused before
 * anything is sent, with -ERANGE, unless the flag NLRS_YNL_UNCHECKED is given.
 *
 * A reply is what the kernel's own tool writes with --output-json. What has no form there is kept: an attribute
 * without a name as "UnknownAttr(67)" with its bytes in hexadecimal, or an object if it is a nest; an enum's value
 * or a bit without a name as a number; bytes that do not fit their type as {"UnknownBytes": "0100"}. Integers are
 * exact: a reader must not make doubles of them.
 *
 * The error (ret_error) is a JSON object: "code", "errno" (the code's name), "message" (the kernel's own, where it
 * sent one), "from" ("kernel" or "library"), and where they are known "attribute" ("linkinfo.data.id"), "missing"
 * (an attribute that has to be there), "allowed" ("type", "min", "max", "min-length", "max-length", "mask"),
 * "line" and "column" of a JSON text that is malformed, "file", "line" and "column" of a specification.
 *
 * May be called from several threads at once: the socket locks inside. A callback may use everything but the socket
 * that it is called for: another request to the same family is NLRS_YNL_EBUSY there.
 *
 * @param ynl       the family
 * @param op        the operation, as "newlink"
 * @param json      the request; NULL is an empty one
 * @param flags     0, or NLRS_YNL_CREATE, … joined by or; with NLRS_YNL_DUMP it is a dump
 * @param fn        gets each reply
 * @param arg       is passed to fn; may be NULL
 * @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
 * @return 0; the kernel's errno, negative; -EINVAL if a pointer that must not be NULL is, or the request is wrong;
 *         -ERANGE, -EMSGSIZE if a value is out of range or too long; -ENOENT if the family, in this kernel or at
 *         all, or the operation does not exist; -EOPNOTSUPP if the operation has no such request;
 *         NLRS_YNL_ETIMEDOUT, NLRS_YNL_ECANCELED, NLRS_YNL_EBUSY, NLRS_YNL_EOVERRUN, NLRS_YNL_ETRUNC,
 *         NLRS_YNL_EINTR_DUMP; the code of fn
 */
int nlrs_ynl_do(const struct nlrs_ynl *ynl,
                const char *op,
                const char *json,
                uint32_t flags,
                nlrs_ynl_fn fn,
                void *arg,
                char **ret_error);

/**
 * As nlrs_ynl_do with NLRS_YNL_DUMP: asks for all objects that match the request and passes each to a callback.
 *
 * The memory needed does not grow with the number of objects.
 *
 * @param ynl       the family
 * @param op        the operation, as "getlink"
 * @param json      the request; NULL is an empty one
 * @param flags     0, or flags as of nlrs_ynl_do
 * @param fn        gets each object
 * @param arg       is passed to fn; may be NULL
 * @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
 * @return as nlrs_ynl_do
 */
int nlrs_ynl_dump(const struct nlrs_ynl *ynl,
                  const char *op,
                  const char *json,
                  uint32_t flags,
                  nlrs_ynl_fn fn,
                  void *arg,
                  char **ret_error);

/**
 * As nlrs_ynl_do, with everything that came back as one text: of a dump a list; else null where there was no
 * reply, an object for one, a list for several.
 *
 * @param ynl       the family
 * @param op        the operation
 * @param json      the request; NULL is an empty one
 * @param flags     as of nlrs_ynl_do
 * @param ret_json  gets the text, to be freed with nlrs_ynl_free
 * @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
 * @return as nlrs_ynl_do; -ENOMEM
 */
int nlrs_ynl_call(const struct nlrs_ynl *ynl,
                  const char *op,
                  const char *json,
                  uint32_t flags,
                  char **ret_json,
                  char **ret_error);

/**
 * Sends several requests together, which the kernel carries out one after the other, and passes the result of each
 * to a callback.
 *
 * The batch is a list of objects: "do" is the operation, "json" its request, "flags" a list of "create", "excl",
 * "replace", "append", "echo". A result has "index", "code" (0 or negative), "reply" (null, an object or a list)
 * and, where it was refused, "error". All are encoded before the first is sent. What stands between "batch-begin"
 * and "batch-end" of a family of nfnetlink is a transaction: all or nothing.
 *
 * @param ynl       the family
 * @param json      the batch
 * @param fn        gets each result, in the order of the batch
 * @param arg       is passed to fn; may be NULL
 * @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
 * @return 0; NLRS_YNL_EPARTIAL if some messages were refused, see their results; else as nlrs_ynl_do
 */
int nlrs_ynl_batch(const struct nlrs_ynl *ynl,
                   const char *json,
                   nlrs_ynl_fn fn,
                   void *arg,
                   char **ret_error);

/* Dumps object by object, without a callback. */

/**
 * Asks for all objects that match the request, to be read one by one with nlrs_ynl_dump_next.
 *
 * Until it is ended the family's socket takes no other dump: NLRS_YNL_EBUSY. Other requests are possible.
 *
 * @param ynl       the family
 * @param op        the operation, as "getlink"
 * @param json      the request; NULL is an empty one
 * @param flags     0, or flags as of nlrs_ynl_do
 * @param ret_dump  gets the dump, to be ended with nlrs_ynl_dump_end
 * @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
 * @return as nlrs_ynl_do
 */
int nlrs_ynl_dump_begin(const struct nlrs_ynl *ynl,
                        const char *op,
                        const char *json,
                        uint32_t flags,
                        struct nlrs_ynl_dump **ret_dump,
                        char **ret_error);

/**
 * Returns the next object of a dump.
 *
 * @param dump      the dump, which no other thread may use meanwhile
 * @param ret_json  gets the object as JSON, which is valid until the next call with this dump
 * @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
 * @return 1 with an object, 0 at the end; how the dump failed, as of nlrs_ynl_do, once, and 0 from then on;
 *         -EINVAL if dump or ret_json is NULL
 */
int nlrs_ynl_dump_next(struct nlrs_ynl_dump *dump, const char **ret_json, char **ret_error);

/**
 * Ends a dump and frees it. One that is left early has not failed, and does not wait for the rest. NULL is
 * allowed.
 */
void nlrs_ynl_dump_end(struct nlrs_ynl_dump *dump);

/* Events of multicast groups, on a socket of their own. */

/**
 * Joins multicast groups, whose events nlrs_ynl_events_next returns from now on.
 *
 * @param ynl        the family
 * @param groups     names or numbers of groups, with commas or blanks between them; NULL or empty: all that the
 *                   specification has
 * @param buffer     bytes of the receive buffer, which holds events until they are read; 0: the system's default
 * @param ret_events gets the socket, to be closed with nlrs_ynl_events_close
 * @param ret_error  may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
 * @return 0; -ENOENT if there is no such group, or the kernel does not have the family; -EPERM if it may not be
 *         joined; -EINVAL if ynl or ret_events is NULL; the errnos of opening a socket
 */
int nlrs_ynl_events_open(const struct nlrs_ynl *ynl,
                         const char *groups,
                         size_t buffer,
                         struct nlrs_ynl_events **ret_events,
                         char **ret_error);

/**
 * Waits for the next event and returns it: {"name": "newlink", "msg": {…}}, msg as a reply of nlrs_ynl_do.
 *
 * The name is that of the event, or of the operation whose message announces the change; "UnknownMsg(99)" for a
 * message that the specification does not have.
 *
 * @param events    the socket; another call of this function from a second thread waits for the first
 * @param ret_json  gets the event, which is valid until the next call with these events
 * @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
 * @return 1 with an event; NLRS_YNL_EOVERRUN if events were lost (the next call continues with those that came
 *         after); NLRS_YNL_ETIMEDOUT, or -EAGAIN if the timeout is 0; NLRS_YNL_ECANCELED; -EINVAL if events or
 *         ret_json is NULL
 */
int nlrs_ynl_events_next(const struct nlrs_ynl_events *events,
                         const char **ret_json,
                         char **ret_error);

/**
 * Sets how long nlrs_ynl_events_next may wait, from its next call on. 30 seconds, if it is not called.
 *
 * @param events       the socket
 * @param milliseconds below 0: any time; 0: not at all, which suits an event loop
 * @return 0; -EINVAL if events is NULL
 */
int nlrs_ynl_events_set_timeout(const struct nlrs_ynl_events *events, int64_t milliseconds);

/**
 * Returns the descriptor to poll for reading. When it is readable, call nlrs_ynl_events_next with a timeout of 0
 * until -EAGAIN.
 *
 * @param events the socket
 * @return the descriptor, which remains the library's; -EINVAL if events is NULL
 */
int nlrs_ynl_events_fd(const struct nlrs_ynl_events *events);

/**
 * Ends the call in progress, or the next one, with NLRS_YNL_ECANCELED. Any thread may call it.
 *
 * @param events the socket
 * @return 0; -EINVAL if events is NULL
 */
int nlrs_ynl_events_cancel(const struct nlrs_ynl_events *events);

/**
 * Closes the socket. NULL is allowed.
 */
void nlrs_ynl_events_close(struct nlrs_ynl_events *events);

/* Messages without a socket: for use with sockets, batches and monitors of libnlrs, or anybody else's. */

/**
 * Encodes a request as a message that begins with its struct nlmsghdr.
 *
 * Type, flags (NLM_F_REQUEST; NLM_F_ACK, or NLM_F_DUMP with NLRS_YNL_DUMP) and length are set, sequence number and
 * port ID are 0. Of a family of generic netlink the kernel is asked for the ID, once, unless
 * nlrs_ynl_set_family_id was called.
 *
 * @param ynl       the family
 * @param op        the operation
 * @param json      the request, as of nlrs_ynl_do; NULL is an empty one
 * @param flags     as of nlrs_ynl_do
 * @param ret_bytes gets the message, to be freed with nlrs_ynl_free
 * @param ret_len   gets its length in bytes
 * @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
 * @return 0; as nlrs_ynl_do for what is wrong with the request; -ENOMEM
 */
int nlrs_ynl_encode(const struct nlrs_ynl *ynl,
                    const char *op,
                    const char *json,
                    uint32_t flags,
                    void **ret_bytes,
                    size_t *ret_len,
                    char **ret_error);

/**
 * Decodes a message that begins with its struct nlmsghdr, as {"name": "getlink", "msg": {…}}, msg as a reply of
 * nlrs_ynl_do.
 *
 * No message is an error because of what is in it: what the specification does not know is kept by number.
 *
 * @param ynl       the family
 * @param op        the operation whose request or reply it is; NULL: what its number means, as of an event
 * @param bytes     the message; bytes behind its end are not looked at
 * @param len       bytes that are there
 * @param ret_json  gets the text, to be freed with nlrs_ynl_free
 * @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
 * @return 0; -EBADMSG if there is no whole message; -ENOENT if there is no such operation; -EINVAL if another
 *         pointer is NULL; -ENOMEM
 */
int nlrs_ynl_decode(const struct nlrs_ynl *ynl,
                    const char *op,
                    const void *bytes,
                    size_t len,
                    char **ret_json,
                    char **ret_error);

/* What a specification contains. */

/**
 * Describes a part of the specification as JSON: names, numbers, types, documentation.
 *
 * @param ynl       the family
 * @param section   "family": name, documentation, schema, protocol, where the file is, names of operations and
 *                  groups; "operations", "attribute-sets", "enums", "structs", "sub-messages", "constants",
 *                  "groups": a list of those
 * @param name      NULL, or the name of one thing in the list, which is then given alone, as an object
 * @param ret_json  gets the text, to be freed with nlrs_ynl_free
 * @param ret_error may be NULL; on failure gets the error, to be freed with nlrs_ynl_free
 * @return 0; -ENOENT if there is no thing of that name; -EINVAL for another section, or if a pointer that must not
 *         be NULL is; -ENOMEM
 */
int nlrs_ynl_describe(const struct nlrs_ynl *ynl,
                      const char *section,
                      const char *name,
                      char **ret_json,
                      char **ret_error);

#ifdef __cplusplus
}
#endif

#endif
