;; SPDX-License-Identifier: MIT OR Apache-2.0
;; The job that every program in this folder does, with Guile and without a JSON library: see ../README.md.
(use-modules (system foreign) (ice-9 regex) (ice-9 format) (rnrs bytevectors))

(define lib (dynamic-link (or (getenv "NLRS_YNL_LIBRARY") "libnlrs-ynl.so.0")))
(define (native name result . arguments)
  (pointer->procedure result (dynamic-func (string-append "nlrs_ynl_" name) lib) arguments))
(define open-family (native "open" int '* uint32 '* '*))
(define close-family (native "close" void '*))
(define release (native "free" void '*))
(define call-family (native "call" int '* '* '* uint32 '* '*))
(define dump-begin (native "dump_begin" int '* '* '* uint32 '* '*))
(define dump-next (native "dump_next" int '* '* '*))
(define dump-end (native "dump_end" void '*))
(define send-batch (native "batch" int '* '* '* '* '*))
(define events-open (native "events_open" int '* '* size_t '* '*))
(define events-next (native "events_next" int '* '* '*))
(define events-close (native "events_close" void '*))
(define create #x400)

(define (cell) (make-bytevector (sizeof '*) 0))
(define (content cell) (dereference-pointer (bytevector->pointer cell)))

;; Calls (call ret-pointer error-pointer): the pointer that it gives, or (code . error text).
(define (try call)
  (let* ((ret (cell)) (failed (cell)) (code (call (bytevector->pointer ret) (bytevector->pointer failed))))
    (if (>= code 0)
        (content ret)
        (let ((text (pointer->string (content failed))))
          (release (content failed))
          (cons code text)))))

(define (checked result) (if (pair? result) (error (cdr result)) result))
(define (family name) (checked (try (lambda (ret failed) (open-family (string->pointer name) 0 ret failed)))))

(define (call ynl op json flags)
  (let ((reply (try (lambda (ret failed)
                      (call-family ynl (string->pointer op) (string->pointer json) flags ret failed)))))
    (unless (pair? reply) (release reply))
    reply))

;; Calls a procedure with each text that (next text-pointer) gives, until it is false.
(define (each next procedure)
  (let ((text (cell)))
    (let loop ()
      (when (and (= 1 (next (bytevector->pointer text))) (procedure (pointer->string (content text)))) (loop)))))

(define (dump ynl op json procedure)
  (let ((handle (checked (try (lambda (ret failed)
                                (dump-begin ynl (string->pointer op) (string->pointer json) 0 ret failed))))))
    (each (lambda (text) (dump-next handle text %null-pointer)) procedure)
    (dump-end handle)))

;; The value of a member of a JSON object.
(define (member-of json name)
  (let ((found (string-match (string-append "\"" name "\":(\"([^\"]*)\"|(-?[0-9]+))") json)))
    (and found (or (match:substring found 2) (match:substring found 3)))))

(define (show . things) (for-each display things) (newline) #t)

(define (route destination bits)
  (format #f "{\"rtm-family\":2,\"rtm-table\":254,\"rtm-protocol\":4,\"rtm-scope\":253,\"rtm-type\":\"unicast\",~
              \"oif\":1,\"rtm-dst-len\":~a,\"dst\":\"~a\"}" bits destination))

(define links (family "rt-link"))
(define addresses (family "rt-addr"))
(define routes (family "rt-route"))
(dump links "getlink" "{}"
      (lambda (link)
        (show "link " (member-of link "ifi-index") " " (member-of link "ifname") " mtu " (member-of link "mtu"))))
(checked (call links "newlink" "{\"ifi-index\":1,\"ifi-flags\":[\"up\"],\"ifi-change\":1}" 0))
(checked (call addresses "newaddr" "{\"ifa-family\":2,\"ifa-prefixlen\":24,\"ifa-index\":1,\"local\":\"192.0.2.1\"}"
               create))
(show "address added")
(checked (call routes "newroute" (route "198.51.100.0" 24) create))
(show "route added")
(dump routes "getroute" "{\"rtm-family\":2,\"table\":254}"
      (lambda (found)
        (show "route " (member-of found "dst") "/" (member-of found "rtm-dst-len") " dev " (member-of found "oif"))))
(let ((refused (call links "newlink" "{\"ifi-index\":1,\"af-spec\":{\"inet6\":{\"ra-mtu\":5}}}" 0)))
  (show "error " (car refused) " " (member-of (cdr refused) "errno"))
  (show "message " (member-of (cdr refused) "message"))
  (show "attribute " (member-of (cdr refused) "attribute")))

(define count 0)
(define refused '())
(define (note json len arg)
  (let ((result (pointer->string json len)))
    (set! count (+ count 1))
    (unless (string=? "0" (member-of result "code")) (set! refused (cons (member-of result "index") refused)))
    0))
(define (one number) (route (format #f "198.18.~a.~a" (quotient number 256) (remainder number 256)) 32))
(define batch
  (map (lambda (number)
         (string-append "{\"do\":\"newroute\",\"flags\":[\"create\",\"excl\"],\"json\":" (one number) "}"))
       (iota 1000)))
(for-each (lambda (number) (checked (call routes "newroute" (one number) create))) '(100 500 900))
(define code
  (send-batch routes (string->pointer (string-append "[" (string-join batch ",") "]"))
              (procedure->pointer int note (list '* size_t '*)) %null-pointer %null-pointer))
(show "batch " code " failed " (length refused) " of " count ": " (string-join (reverse refused) " "))

(define events
  (checked (try (lambda (ret failed) (events-open links (string->pointer "rtnlgrp-link") 0 ret failed)))))
(checked (call links "newlink" "{\"ifi-index\":1,\"mtu\":1400}" 0))
(each (lambda (text) (events-next events text %null-pointer))
      (lambda (event)
        (let ((found (equal? "1400" (member-of event "mtu"))))
          (when found (show "event " (member-of event "name") " " (member-of event "ifname") " mtu 1400"))
          (not found))))
(for-each close-family (list links addresses routes))
(events-close events)
(show "closed")
