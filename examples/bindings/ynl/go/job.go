// SPDX-License-Identifier: MIT OR Apache-2.0

// The job that every program in this folder does, with Go and cgo: see ../../README.md.
package main

/*
#cgo LDFLAGS: -lnlrs-ynl
#include <stdlib.h>
#include <nlrs-ynl.h>

extern int goResult(char *json, size_t len, void *arg);
*/
import "C"

import (
	"encoding/json"
	"fmt"
	"log"
	"strings"
	"unsafe"
)

type object = map[string]any

// refused is what a call failed with.
type refused struct {
	code                             int
	Errno, Message, Attribute, whole string
}

func (r *refused) Error() string { return r.whole }

func check(code C.int, text *C.char) error {
	if code >= 0 {
		return nil
	}
	failed := &refused{code: int(code), whole: C.GoString(text)}
	C.nlrs_ynl_free(unsafe.Pointer(text))
	json.Unmarshal([]byte(failed.whole), failed)
	return failed
}

func text(value any) *C.char {
	if name, ok := value.(string); ok {
		return C.CString(name)
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		log.Fatal(err)
	}
	return C.CString(string(encoded))
}

func open(name string) *C.struct_nlrs_ynl {
	var ynl *C.struct_nlrs_ynl
	var failed *C.char
	family := text(name)
	defer C.free(unsafe.Pointer(family))
	if err := check(C.nlrs_ynl_open(family, 0, &ynl, &failed), failed); err != nil {
		log.Fatal(err)
	}
	return ynl
}

func call(ynl *C.struct_nlrs_ynl, op string, request object, flags C.uint32_t, reply any) error {
	var answer, failed *C.char
	name, attributes := text(op), text(request)
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(attributes))
	if err := check(C.nlrs_ynl_call(ynl, name, attributes, flags, &answer, &failed), failed); err != nil {
		return err
	}
	defer C.nlrs_ynl_free(unsafe.Pointer(answer))
	if reply == nil {
		return nil
	}
	decoder := json.NewDecoder(strings.NewReader(C.GoString(answer)))
	decoder.UseNumber() // exact beyond 2^53
	return decoder.Decode(reply)
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func route(destination string, bits int) object {
	return object{"rtm-family": 2, "rtm-dst-len": bits, "rtm-table": 254, "rtm-protocol": 4, "rtm-scope": 253,
		"rtm-type": "unicast", "dst": destination, "oif": 1}
}

var results []object

//export goResult
func goResult(result *C.char, length C.size_t, arg unsafe.Pointer) C.int {
	var decoded object
	must(json.Unmarshal([]byte(C.GoString(result)), &decoded))
	results = append(results, decoded)
	return 0
}

func main() {
	links, addresses, routes := open("rt-link"), open("rt-addr"), open("rt-route")
	var list []object
	must(call(links, "getlink", object{}, C.NLRS_YNL_DUMP, &list))
	for _, link := range list {
		fmt.Println("link", link["ifi-index"], link["ifname"], "mtu", link["mtu"])
	}
	must(call(links, "newlink", object{"ifi-index": 1, "ifi-flags": []string{"up"}, "ifi-change": 1}, 0, nil))
	must(call(addresses, "newaddr", object{"ifa-family": 2, "ifa-prefixlen": 24, "ifa-index": 1, "local": "192.0.2.1"},
		C.NLRS_YNL_CREATE, nil))
	fmt.Println("address added")
	must(call(routes, "newroute", route("198.51.100.0", 24), C.NLRS_YNL_CREATE, nil))
	fmt.Println("route added")
	must(call(routes, "getroute", object{"rtm-family": 2, "table": 254}, C.NLRS_YNL_DUMP, &list))
	for _, found := range list {
		fmt.Printf("route %v/%v dev %v\n", found["dst"], found["rtm-dst-len"], found["oif"])
	}
	err := call(links, "newlink", object{"ifi-index": 1, "af-spec": object{"inet6": object{"ra-mtu": 5}}}, 0, nil)
	if failed, ok := err.(*refused); ok {
		fmt.Printf("error %d %s\nmessage %s\nattribute %s\n", failed.code, failed.Errno, failed.Message, failed.Attribute)
	}

	var requests []object
	for number := 0; number < 1000; number++ {
		one := route(fmt.Sprintf("198.18.%d.%d", number>>8, number&255), 32)
		requests = append(requests, object{"do": "newroute", "flags": []string{"create", "excl"}, "json": one})
		if number == 100 || number == 500 || number == 900 {
			must(call(routes, "newroute", one, C.NLRS_YNL_CREATE, nil))
		}
	}
	batch := text(requests)
	code := C.nlrs_ynl_batch(routes, batch, C.nlrs_ynl_fn(C.goResult), nil, nil)
	C.free(unsafe.Pointer(batch))
	var indices []string
	for _, result := range results {
		if result["code"] != 0.0 {
			indices = append(indices, fmt.Sprint(result["index"]))
		}
	}
	fmt.Printf("batch %d failed %d of %d: %s\n", code, len(indices), len(results), strings.Join(indices, " "))

	var events *C.struct_nlrs_ynl_events
	var failed, next *C.char
	group := text("rtnlgrp-link")
	defer C.free(unsafe.Pointer(group))
	must(check(C.nlrs_ynl_events_open(links, group, 0, &events, &failed), failed))
	must(call(links, "newlink", object{"ifi-index": 1, "mtu": 1400}, 0, nil))
	for C.nlrs_ynl_events_next(events, &next, nil) == 1 {
		var event struct {
			Name string
			Msg  object
		}
		must(json.Unmarshal([]byte(C.GoString(next)), &event))
		if event.Msg["mtu"] == 1400.0 {
			fmt.Println("event", event.Name, event.Msg["ifname"], "mtu", event.Msg["mtu"])
			break
		}
	}
	for _, ynl := range []*C.struct_nlrs_ynl{links, addresses, routes} {
		C.nlrs_ynl_close(ynl)
	}
	C.nlrs_ynl_events_close(events)
	fmt.Println("closed")
}
