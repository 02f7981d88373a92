// SPDX-License-Identifier: MIT OR Apache-2.0

// The job that every program in this folder does, with Go (cgo): see ../README.md.
package main

/*
#cgo pkg-config: nlrs
#include <stdint.h>
#include <stdlib.h>
#include <net/if.h>
#include <sys/socket.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <nlrs.h>

int eachRoute(struct nlmsghdr *nlh, void *arg);
*/
import "C"

import (
	"errors"
	"fmt"
	"os"
	"runtime/cgo"
	"unsafe"
)

const lo = 1

// failure is a code of the library as an error of Go.
func failure(code C.int) error {
	if code >= 0 {
		return nil
	}
	return errors.New(C.GoString(C.nlrs_strerror(code)))
}

func check(code C.int) {
	if err := failure(code); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func beginLink(m *C.struct_nlrs_msg, kind uint32, index int, flags uint32) {
	ifi := C.struct_ifinfomsg{ifi_index: C.int(index), ifi_flags: C.uint(flags), ifi_change: C.uint(flags)}
	C.nlrs_msg_begin(m, C.uint32_t(kind), 0)
	C.nlrs_msg_put_header(m, unsafe.Pointer(&ifi), C.sizeof_struct_ifinfomsg)
}

func beginRoute(m *C.struct_nlrs_msg, destination uint32, bits uint8) {
	rtm := C.struct_rtmsg{rtm_family: C.AF_INET, rtm_dst_len: C.uchar(bits), rtm_table: C.RT_TABLE_MAIN,
		rtm_protocol: C.RTPROT_STATIC, rtm_scope: C.RT_SCOPE_LINK, rtm_type: C.RTN_UNICAST}
	C.nlrs_msg_begin(m, C.RTM_NEWROUTE, C.NLM_F_CREATE|C.NLM_F_EXCL)
	C.nlrs_msg_put_header(m, unsafe.Pointer(&rtm), C.sizeof_struct_rtmsg)
	C.nlrs_msg_put_be32(m, C.RTA_DST, C.uint32_t(destination))
	C.nlrs_msg_put_u32(m, C.RTA_OIF, lo)
}

// job is what the steps share.
type job struct {
	sock *C.struct_nlrs_socket
	err  *C.struct_nlrs_error
	m    *C.struct_nlrs_msg
}

func (j *job) ask() C.int {
	code := C.nlrs_msg_end(j.m)
	if code == 0 {
		code = C.nlrs_request(j.sock, C.nlrs_msg_first(j.m), nil, nil, j.err)
	}
	C.nlrs_msg_reset(j.m)
	return code
}

// attribute finds an attribute; nil where there is none.
func attribute(nlh *C.struct_nlmsghdr, size C.size_t, kind uint32) *C.struct_nlattr {
	var attrs unsafe.Pointer
	var length C.size_t
	var attr *C.struct_nlattr
	check(C.nlrs_nlmsg_attrs(nlh, size, &attrs, &length))
	C.nlrs_attr_find(attrs, length, C.uint32_t(kind), &attr)
	return attr
}

func u32(attr *C.struct_nlattr) uint32 {
	var value C.uint32_t
	check(C.nlrs_attr_get_u32(attr, &value))
	return uint32(value)
}

func linkHeader(nlh *C.struct_nlmsghdr) C.struct_ifinfomsg {
	var ifi C.struct_ifinfomsg
	check(C.nlrs_nlmsg_get_header(nlh, unsafe.Pointer(&ifi), C.sizeof_struct_ifinfomsg))
	return ifi
}

func (j *job) listLinks() {
	beginLink(j.m, C.RTM_GETLINK, 0, 0)
	check(C.nlrs_msg_end(j.m))
	var dump *C.struct_nlrs_dump
	check(C.nlrs_dump_begin(j.sock, C.nlrs_msg_first(j.m), &dump))
	var nlh *C.struct_nlmsghdr
	code := C.nlrs_dump_next(dump, &nlh)
	for ; code == 1; code = C.nlrs_dump_next(dump, &nlh) {
		var name *C.char
		check(C.nlrs_attr_get_str(attribute(nlh, C.sizeof_struct_ifinfomsg, C.IFLA_IFNAME), &name))
		mtu := u32(attribute(nlh, C.sizeof_struct_ifinfomsg, C.IFLA_MTU))
		fmt.Printf("link %d %s mtu %d\n", linkHeader(nlh).ifi_index, C.GoString(name), mtu)
	}
	check(C.nlrs_dump_end(dump, j.err))
	check(code)
	C.nlrs_msg_reset(j.m)
}

//export eachRoute
func eachRoute(nlh *C.struct_nlmsghdr, arg unsafe.Pointer) C.int {
	var rtm C.struct_rtmsg
	var dst [4]byte
	check(C.nlrs_nlmsg_get_header(nlh, unsafe.Pointer(&rtm), C.sizeof_struct_rtmsg))
	if rtm.rtm_table == C.RT_TABLE_MAIN {
		C.nlrs_attr_get_in_addr(attribute(nlh, C.sizeof_struct_rtmsg, C.RTA_DST), unsafe.Pointer(&dst))
		oif := u32(attribute(nlh, C.sizeof_struct_rtmsg, C.RTA_OIF))
		fmt.Printf("route %d.%d.%d.%d/%d dev %d\n", dst[0], dst[1], dst[2], dst[3], rtm.rtm_dst_len, oif)
		*(*cgo.Handle)(arg).Value().(*int)++
	}
	return 0
}

func (j *job) listRoutes() {
	rtm := C.struct_rtmsg{rtm_family: C.AF_INET}
	C.nlrs_msg_begin(j.m, C.RTM_GETROUTE, 0)
	C.nlrs_msg_put_header(j.m, unsafe.Pointer(&rtm), C.sizeof_struct_rtmsg)
	check(C.nlrs_msg_end(j.m))
	count := 0
	handle := cgo.NewHandle(&count)
	defer handle.Delete()
	check(C.nlrs_dump(j.sock, C.nlrs_msg_first(j.m), C.nlrs_msg_fn(C.eachRoute), unsafe.Pointer(&handle), j.err))
	fmt.Printf("routes %d\n", count)
	C.nlrs_msg_reset(j.m)
}

func (j *job) changeSomething() {
	beginLink(j.m, C.RTM_NEWLINK, lo, C.IFF_UP)
	check(j.ask())
	ifa := C.struct_ifaddrmsg{ifa_family: C.AF_INET, ifa_prefixlen: 24, ifa_index: lo}
	C.nlrs_msg_begin(j.m, C.RTM_NEWADDR, C.NLM_F_CREATE|C.NLM_F_EXCL)
	C.nlrs_msg_put_header(j.m, unsafe.Pointer(&ifa), C.sizeof_struct_ifaddrmsg)
	C.nlrs_msg_put_be32(j.m, C.IFA_LOCAL, 0xc0000201)
	check(j.ask())
	fmt.Println("address added")
	beginRoute(j.m, 0xc6336400, 24)
	check(j.ask())
	fmt.Println("route added")
}

func (j *job) provokeAnError() {
	beginLink(j.m, C.RTM_NEWLINK, lo, 0)
	families := C.nlrs_msg_nest_begin(j.m, C.IFLA_AF_SPEC)
	inet6 := C.nlrs_msg_nest_begin(j.m, C.AF_INET6)
	C.nlrs_msg_put_u32(j.m, C.IFLA_INET6_RA_MTU, 1400)
	C.nlrs_msg_nest_end(j.m, inet6)
	C.nlrs_msg_nest_end(j.m, families)
	fmt.Println("error", j.ask())
	fmt.Println("message", C.GoString(C.nlrs_error_message(j.err)))
	var path [8]C.uint32_t
	depth := C.nlrs_error_path(j.err, &path[0], C.size_t(len(path)))
	fmt.Print("path")
	for _, kind := range path[:depth] {
		fmt.Print(" ", kind)
	}
	fmt.Println()
	var line [256]C.char
	C.nlrs_error_format(j.err, &line[0], C.size_t(len(line)))
	fmt.Println("line", C.GoString(&line[0]))
}

func (j *job) sendABatch() *C.struct_nlrs_batch {
	batch := C.nlrs_batch_new()
	m := C.nlrs_batch_msg(batch)
	for i := uint32(0); i < 1000; i++ {
		number := i
		if i == 100 || i == 500 || i == 900 {
			number--
		}
		beginRoute(m, 0x0a000000|number<<8, 24)
		C.nlrs_msg_end(m)
	}
	code := C.nlrs_batch_send(j.sock, batch, j.err)
	if code != C.NLRS_EPARTIAL {
		check(code)
	}
	count := C.nlrs_batch_count(batch)
	fmt.Printf("batch %d failed %d of %d:", code, C.nlrs_batch_failed(batch), count)
	for i := C.size_t(0); i < count; i++ {
		if err := failure(C.nlrs_batch_result(batch, i, j.err)); err != nil {
			fmt.Printf(" %d (%v)", i, err)
		}
	}
	fmt.Println()
	return batch
}

func (j *job) followEvents() *C.struct_nlrs_monitor {
	var monitor *C.struct_nlrs_monitor
	var event *C.struct_nlrs_event
	group := C.uint32_t(C.RTNLGRP_LINK)
	check(C.nlrs_monitor_open(C.NETLINK_ROUTE, &group, 1, nil, &monitor))
	beginLink(j.m, C.RTM_NEWLINK, lo, 0)
	C.nlrs_msg_put_u32(j.m, C.IFLA_MTU, 1400)
	check(j.ask())
	for {
		check(C.nlrs_monitor_next(monitor, &event))
		if C.nlrs_event_kind(event) != C.NLRS_EVENT_MESSAGE {
			continue
		}
		nlh := C.nlrs_event_message(event)
		if mtu := u32(attribute(nlh, C.sizeof_struct_ifinfomsg, C.IFLA_MTU)); mtu == 1400 {
			fmt.Printf("event link %d mtu %d group %d\n", linkHeader(nlh).ifi_index, mtu, C.nlrs_event_group(event))
			return monitor
		}
	}
}

func (j *job) cleanUpInTheWorstOrder(batch *C.struct_nlrs_batch, monitor *C.struct_nlrs_monitor) {
	var dump *C.struct_nlrs_dump
	var nlh *C.struct_nlmsghdr
	beginLink(j.m, C.RTM_GETLINK, 0, 0)
	check(C.nlrs_msg_end(j.m))
	check(C.nlrs_dump_begin(j.sock, C.nlrs_msg_first(j.m), &dump))
	C.nlrs_msg_free(j.m)
	C.nlrs_socket_close(j.sock)
	next := C.nlrs_dump_next(dump, &nlh)
	fmt.Println("closed", next, C.nlrs_dump_end(dump, j.err))
	C.nlrs_batch_free(batch)
	C.nlrs_monitor_close(monitor)
	C.nlrs_error_free(j.err)
}

func main() {
	fmt.Println("library", C.GoString(C.nlrs_version()))
	j := &job{err: C.nlrs_error_new(), m: C.nlrs_msg_new(0)}
	check(C.nlrs_socket_open(C.NETLINK_ROUTE, nil, &j.sock))
	j.listLinks()
	j.changeSomething()
	j.listRoutes()
	j.provokeAnError()
	batch := j.sendABatch()
	monitor := j.followEvents()
	j.cleanUpInTheWorstOrder(batch, monitor)
}
