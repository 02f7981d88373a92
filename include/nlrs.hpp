/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/**
 * nlrs.hpp: libnlrs for C++17 and later. A header alone, over nlrs.h, with no ABI of its own.
 *
 * Handles (socket, dump, batch, monitor, builder, error) own a C object. They can be moved, not copied, and may be
 * destroyed in any order. Views (message, attribute, attributes, bytes) are pointers: nlrs.h describes how long their
 * bytes are valid. get() returns the C object of each, for the functions of nlrs.h that have no counterpart here.
 *
 * A function that fails throws nlrs::exception, which contains the library's error object. Each such function has a
 * second form that does not throw: it takes an nlrs::error& or an output as its last argument, is noexcept, and returns
 * the code (0 or more for success). Without exceptions (-fno-exceptions) only these are defined.
 *
 * An exception of a callback is kept while the library's function returns, and thrown again afterwards.
 */
#ifndef NLRS_HPP
#define NLRS_HPP

#include <nlrs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#if defined(__cpp_exceptions)
#define NLRS_HPP_THROWS 1
#include <exception>
#include <new>
#endif

namespace nlrs {

/** Borrowed bytes: a std::span<const std::byte> for C++17, which converts to one in C++20. */
class bytes {
  public:
    constexpr bytes() noexcept = default;
    bytes(const void *data, std::size_t size) noexcept : data_(static_cast<const std::byte *>(data)), size_(size) {}
    const std::byte *data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    const std::byte *begin() const noexcept { return data_; }
    const std::byte *end() const noexcept { return data_ + size_; }

  private:
    const std::byte *data_ = nullptr;
    std::size_t size_ = 0;
};

/** The meaning of a code. */
inline std::string_view strerror(int code) noexcept { return nlrs_strerror(code); }
/** The name of a code, such as "ENODEV"; empty when it has none. */
inline std::string_view code_name(int code) noexcept { return nlrs_code_name(code); }

namespace detail {
struct free_error {
    void operator()(nlrs_error *p) const noexcept { nlrs_error_free(p); }
};
struct free_msg {
    void operator()(nlrs_msg *p) const noexcept { nlrs_msg_free(p); }
};
struct free_socket {
    void operator()(nlrs_socket *p) const noexcept { nlrs_socket_close(p); }
};
struct free_dump {
    void operator()(struct nlrs_dump *p) const noexcept { nlrs_dump_end(p, nullptr); }
};
struct free_batch {
    void operator()(nlrs_batch *p) const noexcept { nlrs_batch_free(p); }
};
struct free_monitor {
    void operator()(nlrs_monitor *p) const noexcept { nlrs_monitor_close(p); }
};
struct free_genl_family {
    void operator()(nlrs_genl_family *p) const noexcept { nlrs_genl_family_free(p); }
};

// The functions of each record under one name.
#define NLRS_HPP_RECORD(noun)                                                                                          \
    inline int begin(nlrs_msg *m, std::uint32_t type, std::uint32_t flags, const nlrs_##noun &r) noexcept {            \
        return nlrs_##noun##_begin(m, type, flags, &r, sizeof r);                                                      \
    }                                                                                                                  \
    inline int read(const nlmsghdr *nlh, nlrs_##noun &ret) noexcept { return nlrs_##noun##_read(nlh, &ret, sizeof ret); } \
    inline int request(nlrs_socket *s, std::uint32_t type, std::uint32_t flags, const nlrs_##noun &r,                  \
                       nlrs_error *err) noexcept {                                                                     \
        return nlrs_##noun##_request(s, type, flags, &r, sizeof r, err);                                               \
    }
NLRS_HPP_RECORD(link)
NLRS_HPP_RECORD(address)
NLRS_HPP_RECORD(route)
NLRS_HPP_RECORD(rule)
NLRS_HPP_RECORD(neighbour)
NLRS_HPP_RECORD(nexthop)
#undef NLRS_HPP_RECORD
} // namespace detail

/** An address or a prefix from text; a code other than 0 leaves ret as it is. */
inline int parse(const char *text, nlrs_addr &ret) noexcept { return nlrs_addr_parse(text, &ret); }
/** An address or a prefix as text; empty for none. */
inline std::string format(const nlrs_addr &addr) {
    char text[64] = "";
    return nlrs_addr_format(&addr, text, sizeof text) < 0 ? std::string() : std::string(text);
}
/** A link-layer address as text; empty for none. */
inline std::string format(const nlrs_lladdr &lladdr) {
    char text[96] = "";
    nlrs_lladdr_format(&lladdr, text, sizeof text);
    return text;
}

/** The library's error object. Without memory it is empty, and may be passed all the same. */
class error {
  public:
    error() noexcept : error_(nlrs_error_new()) {}
    nlrs_error *get() const noexcept { return error_.get(); }
    int code() const noexcept { return nlrs_error_code(get()); }
    int origin() const noexcept { return nlrs_error_origin(get()); }
    bool is_warning() const noexcept { return nlrs_error_is_warning(get()) == 1; }
    std::string_view message() const noexcept { return nlrs_error_message(get()); }
    std::vector<std::uint32_t> path() const {
        std::vector<std::uint32_t> types(static_cast<std::size_t>(std::max(0, nlrs_error_path(get(), nullptr, 0))));
        nlrs_error_path(get(), types.data(), types.size());
        return types;
    }
    /** The error as one line of text. */
    std::string format() const {
        std::string line(static_cast<std::size_t>(std::max(0, nlrs_error_format(get(), nullptr, 0))), '\0');
        nlrs_error_format(get(), line.data(), line.size() + 1);
        return line;
    }

  private:
    std::unique_ptr<nlrs_error, detail::free_error> error_;
};

#if defined(NLRS_HPP_THROWS)
/** What is thrown: a code, and the error object where there is one. */
class exception : public std::exception {
  public:
    explicit exception(int code) noexcept : code_(code) {}
    exception(int code, error &&details)
        : code_(code), details_(std::make_shared<error>(std::move(details))),
          line_(std::make_shared<std::string>(details_->format())) {}
    int code() const noexcept { return code_; }
    /** The error object; nullptr where there is only a code. */
    const nlrs::error *details() const noexcept { return details_.get(); }
    const char *what() const noexcept override { return line_ ? line_->c_str() : nlrs_strerror(code_); }

  private:
    int code_;
    std::shared_ptr<const nlrs::error> details_;
    std::shared_ptr<const std::string> line_;
};

namespace detail {
inline int check(int code) {
    if (code < 0)
        throw exception(code);
    return code;
}
inline int check(int code, error &details) {
    if (code < 0)
        throw exception(code, std::move(details));
    return code;
}
} // namespace detail
#endif

class attributes;

/** An attribute, or none: every getter of an empty one returns -ENOENT. */
class attribute {
  public:
    constexpr attribute() noexcept = default;
    explicit constexpr attribute(const nlattr *attr) noexcept : attr_(attr) {}
    const nlattr *get() const noexcept { return attr_; }
    explicit operator bool() const noexcept { return attr_ != nullptr; }
    std::uint32_t type() const noexcept { return nlrs_attr_type(attr_); }
    std::size_t size() const noexcept { return nlrs_attr_len(attr_); }
    bool is_nested() const noexcept { return nlrs_attr_is_nested(attr_) != 0; }

    int get(std::uint8_t &value) const noexcept { return nlrs_attr_get_u8(attr_, &value); }
    int get(std::uint16_t &value) const noexcept { return nlrs_attr_get_u16(attr_, &value); }
    int get(std::uint32_t &value) const noexcept { return nlrs_attr_get_u32(attr_, &value); }
    int get(std::uint64_t &value) const noexcept { return nlrs_attr_get_u64(attr_, &value); }
    int get(std::int8_t &value) const noexcept { return nlrs_attr_get_s8(attr_, &value); }
    int get(std::int16_t &value) const noexcept { return nlrs_attr_get_s16(attr_, &value); }
    int get(std::int32_t &value) const noexcept { return nlrs_attr_get_s32(attr_, &value); }
    int get(std::int64_t &value) const noexcept { return nlrs_attr_get_s64(attr_, &value); }
    int get_be(std::uint16_t &value) const noexcept { return nlrs_attr_get_be16(attr_, &value); }
    int get_be(std::uint32_t &value) const noexcept { return nlrs_attr_get_be32(attr_, &value); }
    int get_be(std::uint64_t &value) const noexcept { return nlrs_attr_get_be64(attr_, &value); }
    int get(std::string_view &value) const noexcept {
        const char *text;
        std::size_t length;
        const int code = nlrs_attr_get_strn(attr_, &text, &length);
        if (code == 0)
            value = std::string_view(text, length);
        return code;
    }
    int get(bytes &value) const noexcept {
        const void *data;
        std::size_t length;
        const int code = nlrs_attr_get_bytes(attr_, &data, &length);
        if (code == 0)
            value = bytes(data, length);
        return code;
    }
    /** The value, or other when there is none of that type. */
    template <class T> T value_or(T other) const noexcept {
        get(other);
        return other;
    }
    /** The attributes inside a nest; none when this is empty. */
    inline attributes nested() const noexcept;

#if defined(NLRS_HPP_THROWS)
    /** The value: attr.as<std::uint32_t>(), as<std::string_view>(), as<nlrs::bytes>(). */
    template <class T> T as() const {
        T value{};
        detail::check(get(value));
        return value;
    }
    template <class T> T as_be() const {
        T value{};
        detail::check(get_be(value));
        return value;
    }
#endif

  private:
    const nlattr *attr_ = nullptr;
};

/** Consecutive attributes, as in a message or a nest. */
class attributes {
  public:
    attributes() noexcept = default;
    attributes(const void *data, std::size_t size) noexcept : bytes_(data, size) {}

    /** The first of a type, or an empty one. */
    attribute find(std::uint32_t type) const noexcept {
        const nlattr *attr = nullptr;
        nlrs_attr_find(bytes_.data(), bytes_.size(), type, &attr);
        return attribute(attr);
    }
    /** The first at the end of a path of nests, or an empty one. */
    attribute find(std::initializer_list<std::uint32_t> path) const noexcept {
        const nlattr *attr = nullptr;
        nlrs_attr_find_path(bytes_.data(), bytes_.size(), path.begin(), path.size(), &attr);
        return attribute(attr);
    }
    /** The attributes by type; returns 0 or more, or the code: malformed. */
    template <std::size_t N> int index(std::array<attribute, N> &table) const noexcept {
        static_assert(N > 0 && sizeof(attribute) == sizeof(const nlattr *));
        std::array<const nlattr *, N> raw{};
        const int code = nlrs_attr_index(bytes_.data(), bytes_.size(), raw.data(), static_cast<std::uint32_t>(N - 1));
        for (std::size_t i = 0; i < N; i++)
            table[i] = attribute(raw[i]);
        return code;
    }
    /** Reads the next one: returns 1, 0 at the end, or the code. Begin with position 0. */
    int next(std::size_t &position, attribute &ret) const noexcept {
        const nlattr *attr = nullptr;
        if (bytes_.empty())
            return 0;
        const int code = nlrs_attr_walk(bytes_.data(), bytes_.size(), &position, &attr);
        if (code == 1)
            ret = attribute(attr);
        return code;
    }
    bytes data() const noexcept { return bytes_; }

#if defined(NLRS_HPP_THROWS)
    class iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = attribute;
        using difference_type = std::ptrdiff_t;
        using pointer = const attribute *;
        using reference = const attribute &;
        iterator() = default;
        explicit iterator(const attributes *all) : all_(all) { ++*this; }
        reference operator*() const noexcept { return current_; }
        pointer operator->() const noexcept { return &current_; }
        iterator &operator++() {
            if (detail::check(all_->next(position_, current_)) == 0)
                all_ = nullptr;
            return *this;
        }
        iterator operator++(int) {
            iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const iterator &other) const noexcept { return all_ == other.all_; }
        bool operator!=(const iterator &other) const noexcept { return all_ != other.all_; }

      private:
        const attributes *all_ = nullptr;
        std::size_t position_ = 0;
        attribute current_;
    };
    /** Throws at malformed bytes, after the attributes before them. */
    iterator begin() const { return iterator(this); }
    iterator end() const noexcept { return iterator(); }
#endif

  private:
    bytes bytes_;
};

inline attributes attribute::nested() const noexcept {
    bytes inside;
    get(inside);
    return attributes(inside.data(), inside.size());
}

/** A received message. */
class message {
  public:
    constexpr message() noexcept = default;
    explicit constexpr message(const nlmsghdr *nlh) noexcept : nlh_(nlh) {}
    const nlmsghdr *get() const noexcept { return nlh_; }
    explicit operator bool() const noexcept { return nlh_ != nullptr; }
    std::uint32_t type() const noexcept { return nlrs_nlmsg_type(nlh_); }
    std::uint32_t flags() const noexcept { return nlrs_nlmsg_flags(nlh_); }
    std::uint32_t seq() const noexcept { return nlrs_nlmsg_seq(nlh_); }
    std::uint32_t portid() const noexcept { return nlrs_nlmsg_portid(nlh_); }

    /** The family's header (ifinfomsg, rtmsg …), copied. */
    template <class Header> int header(Header &ret) const noexcept {
        static_assert(std::is_trivially_copyable_v<Header>);
        return nlrs_nlmsg_get_header(nlh_, &ret, sizeof ret);
    }
    /** The attributes after a family header of that size. */
    int attrs(std::size_t header_size, attributes &ret) const noexcept {
        const void *data;
        std::size_t size;
        const int code = nlrs_nlmsg_attrs(nlh_, header_size, &data, &size);
        if (code == 0)
            ret = attributes(data, size);
        return code;
    }
    /** The message as a record: nlrs_link, nlrs_address, nlrs_route, nlrs_rule, nlrs_neighbour, nlrs_nexthop. */
    template <class Record> int read(Record &ret) const noexcept { return detail::read(nlh_, ret); }
    /** Calls each(nlrs_next_hop) for every next hop of a multipath route. */
    template <class Function> int next_hops(Function &&each) const {
        nlrs_next_hop hop;
        std::size_t pos = 0;
        int code;
        while ((code = nlrs_next_hop_walk(nlh_, &pos, &hop, sizeof hop, nullptr, nullptr)) == 1)
            each(static_cast<const nlrs_next_hop &>(hop));
        return code;
    }
#if defined(NLRS_HPP_THROWS)
    template <class Record> Record read() const {
        Record ret;
        detail::check(read(ret));
        return ret;
    }
    template <class Header> Header header() const {
        Header ret;
        detail::check(header(ret));
        return ret;
    }
    template <class Header> attributes attrs() const {
        attributes ret;
        detail::check(attrs(sizeof(Header), ret));
        return ret;
    }
#endif

  private:
    const nlmsghdr *nlh_ = nullptr;
};

/** Messages under construction. The first failure is kept: end() returns it. */
class builder {
  public:
    /** With memory that grows. Without memory every call fails. */
    explicit builder(std::size_t capacity = 256) noexcept : own_(nlrs_msg_new(capacity)), msg_(own_.get()) {}
    /** The builder of a batch, which the batch owns. */
    explicit builder(nlrs_msg *borrowed) noexcept : msg_(borrowed) {}
    nlrs_msg *get() const noexcept { return msg_; }

    builder &begin(std::uint32_t type, std::uint32_t flags = 0) noexcept { return did(nlrs_msg_begin(msg_, type, flags)); }
    /** Begins a message with a record. */
    template <class Record> builder &begin(std::uint32_t type, std::uint32_t flags, const Record &record) noexcept {
        return did(detail::begin(msg_, type, flags, record));
    }
    template <class Header> builder &header(const Header &value) noexcept {
        static_assert(std::is_trivially_copyable_v<Header>);
        return did(nlrs_msg_put_header(msg_, &value, sizeof value));
    }
    /** A number of exactly this type, in host byte order. */
    template <class T, std::enable_if_t<std::is_integral_v<T>, int> = 0>
    builder &put(std::uint32_t type, T value) noexcept {
        return did(nlrs_msg_put_bytes(msg_, type, &value, sizeof value));
    }
    builder &put_be(std::uint32_t type, std::uint16_t value) noexcept { return did(nlrs_msg_put_be16(msg_, type, value)); }
    builder &put_be(std::uint32_t type, std::uint32_t value) noexcept { return did(nlrs_msg_put_be32(msg_, type, value)); }
    builder &put_be(std::uint32_t type, std::uint64_t value) noexcept { return did(nlrs_msg_put_be64(msg_, type, value)); }
    /** A string with its NUL. One with a NUL inside is -EINVAL. */
    builder &put(std::uint32_t type, const char *text) noexcept { return did(nlrs_msg_put_str(msg_, type, text)); }
    builder &put(std::uint32_t type, const std::string &text) noexcept { return put(type, text.c_str()); }
    /** A string without a NUL. */
    builder &put_strn(std::uint32_t type, std::string_view text) noexcept {
        return did(nlrs_msg_put_strn(msg_, type, text.data(), text.size()));
    }
    builder &put(std::uint32_t type, bytes data) noexcept {
        return did(nlrs_msg_put_bytes(msg_, type, data.data(), data.size()));
    }
    builder &put_flag(std::uint32_t type) noexcept { return did(nlrs_msg_put_flag(msg_, type)); }
    /** A nest: fill(builder&) appends its contents. */
    template <class Fill> builder &nest(std::uint32_t type, Fill &&fill) {
        const int nest = nlrs_msg_nest_begin(msg_, type);
        fill(*this);
        return did(nlrs_msg_nest_end(msg_, nest));
    }
    /** Ends the message: returns 0, or its first failure. */
    int end(error &) noexcept { return nlrs_msg_end(msg_); }
#if defined(NLRS_HPP_THROWS)
    builder &end() {
        detail::check(nlrs_msg_end(msg_));
        return *this;
    }
#endif
    const nlmsghdr *first() const noexcept { return nlrs_msg_first(msg_); }
    std::size_t count() const noexcept { return nlrs_msg_count(msg_); }
    void reset() noexcept { nlrs_msg_reset(msg_); }

  private:
    builder &did(int) noexcept { return *this; } // the builder keeps the failure

    std::unique_ptr<nlrs_msg, detail::free_msg> own_;
    nlrs_msg *msg_;
};

namespace detail {
/** A callable as a callback of the library. It may return void, or an int as nlrs_msg_fn does. */
template <class Function> class callback {
  public:
    explicit callback(Function &function) noexcept : function_(function) {}
    static int call(const nlmsghdr *nlh, void *arg) noexcept {
        auto *self = static_cast<callback *>(arg);
#if defined(NLRS_HPP_THROWS)
        try {
            return self->run(message(nlh));
        } catch (...) {
            self->thrown_ = std::current_exception();
            return -ECANCELED;
        }
#else
        return self->run(message(nlh));
#endif
    }
    void rethrow() {
#if defined(NLRS_HPP_THROWS)
        if (thrown_)
            std::rethrow_exception(std::exchange(thrown_, nullptr));
#endif
    }

  private:
    int run(message m) {
        if constexpr (std::is_void_v<std::invoke_result_t<Function &, message>>) {
            function_(m);
            return 0;
        } else {
            return function_(m);
        }
    }
    Function &function_;
#if defined(NLRS_HPP_THROWS)
    std::exception_ptr thrown_;
#endif
};
} // namespace detail

/** A dump, read message by message. */
class dump {
  public:
    dump() noexcept = default;
    explicit dump(struct nlrs_dump *raw) noexcept : dump_(raw) {}
    struct nlrs_dump *get() const noexcept { return dump_.get(); }
    /** Returns 1 and a message, 0 at the end, or the code. */
    int next(message &ret) noexcept {
        const nlmsghdr *nlh = nullptr;
        const int code = nlrs_dump_next(get(), &nlh);
        if (code == 1)
            ret = message(nlh);
        return code;
    }
    /** Ends the dump, also before its last message: returns its result. */
    int end(error &err) noexcept { return nlrs_dump_end(dump_.release(), err.get()); }

#if defined(NLRS_HPP_THROWS)
    struct sentinel {};
    class iterator {
      public:
        explicit iterator(dump *all) : all_(all) { ++*this; }
        message operator*() const noexcept { return current_; }
        iterator &operator++() {
            const int code = all_->next(current_);
            if (code < 0) {
                error err;
                all_->end(err);
                throw exception(code, std::move(err));
            }
            more_ = code == 1;
            return *this;
        }
        bool operator!=(sentinel) const noexcept { return more_; }
        bool operator==(sentinel) const noexcept { return !more_; }

      private:
        dump *all_;
        message current_;
        bool more_ = false;
    };
    /** For one loop. At a failure it throws, after the messages before it. */
    iterator begin() { return iterator(this); }
    sentinel end() const noexcept { return {}; }
#endif

  private:
    std::unique_ptr<struct nlrs_dump, detail::free_dump> dump_;
};

/** Many messages, with a status for each. */
class batch {
  public:
    batch() noexcept : batch_(nlrs_batch_new()), messages_(nlrs_batch_msg(batch_.get())) {}
    nlrs_batch *get() const noexcept { return batch_.get(); }
    builder &messages() noexcept { return messages_; }
    std::size_t count() const noexcept { return nlrs_batch_count(get()); }
    std::size_t failed() const noexcept { return nlrs_batch_failed(get()); }
    int result(std::size_t i) const noexcept { return nlrs_batch_result(get(), i, nullptr); }
    int result(std::size_t i, error &err) const noexcept { return nlrs_batch_result(get(), i, err.get()); }
    void reset() noexcept { nlrs_batch_reset(get()); }

  private:
    std::unique_ptr<nlrs_batch, detail::free_batch> batch_;
    builder messages_;
};

/** A socket. */
class socket {
  public:
    /** An empty one, for open(). */
    socket() noexcept = default;
    explicit socket(nlrs_socket *raw) noexcept : socket_(raw) {}
    nlrs_socket *get() const noexcept { return socket_.get(); }
    int open(int protocol, const nlrs_socket_options *options = nullptr) noexcept {
        nlrs_socket *raw = nullptr;
        const int code = nlrs_socket_open(protocol, options, &raw);
        if (code == 0)
            socket_.reset(raw);
        return code;
    }
    void close() noexcept { socket_.reset(); }
    int fd() const noexcept { return nlrs_socket_fd(get()); }
    std::uint32_t portid() const noexcept { return nlrs_socket_portid(get()); }
    int set_timeout(std::int64_t milliseconds) noexcept { return nlrs_socket_set_timeout(get(), milliseconds); }
    int cancel() noexcept { return nlrs_socket_cancel(get()); }

    int request(const builder &m, error &err) noexcept { return nlrs_request(get(), m.first(), nullptr, nullptr, err.get()); }
    /** A request that holds nothing but a record. */
    template <class Record> int request(std::uint32_t type, std::uint32_t flags, const Record &record, error &err) noexcept {
        return detail::request(get(), type, flags, record, err.get());
    }
    template <class Function> int request(const builder &m, Function &&each, error &err) {
        detail::callback<std::remove_reference_t<Function>> callback(each);
        const int code = nlrs_request(get(), m.first(), callback.call, &callback, err.get());
        callback.rethrow();
        return code;
    }
    template <class Function> int dump_each(const builder &m, Function &&each, error &err) {
        detail::callback<std::remove_reference_t<Function>> callback(each);
        const int code = nlrs_dump(get(), m.first(), callback.call, &callback, err.get());
        callback.rethrow();
        return code;
    }
    int begin_dump(const builder &m, nlrs::dump &ret) noexcept {
        struct nlrs_dump *raw = nullptr;
        const int code = nlrs_dump_begin(get(), m.first(), &raw);
        if (code == 0)
            ret = nlrs::dump(raw);
        return code;
    }
    /**
     * Returns 0; NLRS_EPARTIAL: some were refused, and batch.result() returns which; or the code with which the
     * exchange failed.
     */
    int send(batch &b, error &err) noexcept { return nlrs_batch_send(get(), b.get(), err.get()); }

#if defined(NLRS_HPP_THROWS)
    explicit socket(int protocol, const nlrs_socket_options *options = nullptr) { detail::check(open(protocol, options)); }
    void request(const builder &m) {
        error err;
        detail::check(request(m, err), err);
    }
    template <class Record> void request(std::uint32_t type, std::uint32_t flags, const Record &record) {
        error err;
        detail::check(request(type, flags, record, err), err);
    }
    template <class Function> void request(const builder &m, Function &&each) {
        error err;
        detail::check(request(m, std::forward<Function>(each), err), err);
    }
    template <class Function> void dump_each(const builder &m, Function &&each) {
        error err;
        detail::check(dump_each(m, std::forward<Function>(each), err), err);
    }
    /** for (nlrs::message m : sock.dump(request)) … */
    nlrs::dump dump(const builder &m) {
        nlrs::dump ret;
        detail::check(begin_dump(m, ret));
        return ret;
    }
    /** Throws also when some messages were refused. */
    void send(batch &b) {
        error err;
        detail::check(send(b, err), err);
    }
#endif

  private:
    std::unique_ptr<nlrs_socket, detail::free_socket> socket_;
};

/** A family of generic netlink. */
class genl_family {
  public:
    /** An empty one, for resolve(). */
    genl_family() noexcept = default;
    nlrs_genl_family *get() const noexcept { return family_.get(); }
    explicit operator bool() const noexcept { return family_ != nullptr; }
    int resolve(socket &s, const char *name, error &err) noexcept {
        nlrs_genl_family *raw = nullptr;
        const int code = nlrs_genl_resolve(s.get(), name, &raw, err.get());
        if (code == 0)
            family_.reset(raw);
        return code;
    }
    std::string_view name() const noexcept { return nlrs_genl_family_name(get()); }
    std::uint32_t id() const noexcept { return nlrs_genl_family_id(get()); }
    std::uint32_t version() const noexcept { return nlrs_genl_family_version(get()); }
    std::size_t header_size() const noexcept { return nlrs_genl_family_header_size(get()); }
    int group(const char *name, std::uint32_t &ret) const noexcept { return nlrs_genl_family_group(get(), name, &ret); }
    /** Follows an event of nlctrl: 1 when the family has changed. */
    int update(const message &event) noexcept { return nlrs_genl_family_update(get(), event.get()); }
    /** Begins a message of the family. */
    int begin(builder &m, std::uint32_t cmd, std::uint32_t flags = 0) const noexcept {
        return nlrs_genl_begin(m.get(), get(), cmd, flags);
    }
#if defined(NLRS_HPP_THROWS)
    genl_family(socket &s, const char *name) {
        error err;
        detail::check(resolve(s, name, err), err);
    }
#endif

  private:
    std::unique_ptr<nlrs_genl_family, detail::free_genl_family> family_;
};

/** An event of a monitor. */
class event {
  public:
    constexpr event() noexcept = default;
    explicit constexpr event(const nlrs_event *raw) noexcept : event_(raw) {}
    const nlrs_event *get() const noexcept { return event_; }
    std::uint32_t kind() const noexcept { return nlrs_event_kind(event_); }
    nlrs::message message() const noexcept { return nlrs::message(nlrs_event_message(event_)); }
    nlrs::message old() const noexcept { return nlrs::message(nlrs_event_old(event_)); }
    std::uint32_t group() const noexcept { return nlrs_event_group(event_); }
    std::uint32_t portid() const noexcept { return nlrs_event_portid(event_); }
    std::int32_t nsid() const noexcept { return nlrs_event_nsid(event_); }
    std::uint32_t table() const noexcept { return nlrs_event_table(event_); }

  private:
    const nlrs_event *event_ = nullptr;
};

/** Receives the kernel's events. */
class monitor {
  public:
    monitor() noexcept = default;
    nlrs_monitor *get() const noexcept { return monitor_.get(); }
    int open(int protocol, std::initializer_list<std::uint32_t> groups = {},
             const nlrs_socket_options *options = nullptr) noexcept {
        nlrs_monitor *raw = nullptr;
        const int code = nlrs_monitor_open(protocol, groups.begin(), groups.size(), options, &raw);
        if (code == 0)
            monitor_.reset(raw);
        return code;
    }
    int fd() const noexcept { return nlrs_monitor_fd(get()); }
    std::int64_t timeout() const noexcept { return nlrs_monitor_timeout(get()); }
    int set_timeout(std::int64_t milliseconds) noexcept { return nlrs_monitor_set_timeout(get(), milliseconds); }
    /** Nanoseconds of CLOCK_MONOTONIC; < 0: none. */
    int set_deadline(std::int64_t at_ns) noexcept { return nlrs_monitor_set_deadline(get(), at_ns); }
    int cancel() noexcept { return nlrs_monitor_cancel(get()); }
    /** Returns the number of a table of NLRS_LINKS ..., at least 1, or the code. */
    int follow(std::uint32_t objects, std::uint32_t family = 0) noexcept { return nlrs_monitor_follow(get(), objects, family); }
    /** Returns 1 and an event, or the code. */
    int next(event &ret) noexcept {
        const nlrs_event *raw = nullptr;
        const int code = nlrs_monitor_next(get(), &raw);
        if (code == 1)
            ret = event(raw);
        return code;
    }

#if defined(NLRS_HPP_THROWS)
    explicit monitor(int protocol, std::initializer_list<std::uint32_t> groups = {},
                     const nlrs_socket_options *options = nullptr) {
        detail::check(open(protocol, groups, options));
    }
    struct sentinel {};
    class iterator {
      public:
        explicit iterator(monitor *all) : all_(all) { ++*this; }
        event operator*() const noexcept { return current_; }
        iterator &operator++() {
            const int code = all_->next(current_);
            more_ = code == 1;
            if (code < 0 && code != -EAGAIN && code != NLRS_ECANCELED)
                throw exception(code);
            return *this;
        }
        bool operator!=(sentinel) const noexcept { return more_; }
        bool operator==(sentinel) const noexcept { return !more_; }

      private:
        monitor *all_;
        event current_;
        bool more_ = false;
    };
    /** The loop ends at cancel(), and with a timeout of 0 when there is no event; another failure throws. */
    iterator begin() { return iterator(this); }
    sentinel end() const noexcept { return {}; }
#endif

  private:
    std::unique_ptr<nlrs_monitor, detail::free_monitor> monitor_;
};

} // namespace nlrs

#endif /* NLRS_HPP */
